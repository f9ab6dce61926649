"""A placeholder for pre-commit, which installs the root of this repository: it only requires the wheel of the same version,
so that hooks need no compiler. The package itself is in python/."""
from setuptools import setup

setup(
    name="volwright-pre-commit",
    version="0",
    py_modules=[],
    packages=[],
    install_requires=["volwright==0.1.0"],
)
