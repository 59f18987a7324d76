"""The planted faults keep up with the code; `make proof-faults` shows that their tests find them."""

from __future__ import annotations

import pytest

from tests.faults.plant import CHECKOUT, Fault, known


@pytest.mark.parametrize("fault", known(), ids=lambda fault: fault.name)
def test_a_fault_fits_the_code_and_names_a_test_there_is(fault: Fault) -> None:
    assert fault.fits(CHECKOUT), f"{fault.file} has changed: bring `sound` of {fault.name}.toml up to date"
    file, test = fault.found_by.split("::")
    assert f"def {test}(" in (CHECKOUT / file).read_text()
