# The product with its environment, at the same place in both stages: .venv knows where it was made.
# docker-compose.yml builds it; HUTONG of a site (keys, settings, data) is never in it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/hutong
COPY pyproject.toml requirements.txt README.md LICENSE ./
COPY scripts ./scripts
COPY app ./app
COPY bot ./bot
COPY web ./web
COPY intake ./intake
COPY routing ./routing
COPY escalation ./escalation
COPY records ./records
COPY words ./words
COPY data ./data
RUN python -I scripts/setup.py && .venv/bin/python -m compileall -q -j 0 .venv app bot web intake routing escalation records words

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin hutong \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/hutong /etc/hutong /var/backups/hutong
COPY --from=build /srv/hutong /srv/hutong
WORKDIR /srv/hutong
ENV PATH=/srv/hutong/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER 10001:10001
ENTRYPOINT ["hutong"]
CMD ["serve"]
