"""Every example in a docstring is true."""

import doctest
import importlib
import pkgutil

import pytest
import solidcell

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(solidcell.__path__, "solidcell.")
    if module.name != "solidcell.__main__"
)


def test_there_are_modules_and_examples_to_check():
    assert len(MODULES) > 30
    finder = doctest.DocTestFinder()
    examples = [t for n in MODULES for t in finder.find(importlib.import_module(n)) if t.examples]
    assert len(examples) > 10


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name):
    runner = doctest.DocTestRunner()
    for docstring in doctest.DocTestFinder().find(importlib.import_module(name)):
        if docstring.examples:  # to run one without looks at every file that was ever read
            runner.run(docstring)
    assert runner.summarize().failed == 0
