"""The 24-hour duty screen: whom to call now, with number, script and answers; what to listen to or look at."""

from fastapi import APIRouter

router = APIRouter()
