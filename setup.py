from pathlib import Path

from setuptools import find_packages, setup

PACKAGES = ("conf", "transformations", "expectations", "ml", "jobs")
REQUIREMENTS = Path(__file__).with_name("requirements") / "base.in"

setup(
    name="reclamo360",
    version="0.1.0",
    description="Complaints, customers and money in one Delta lake",
    license="Apache-2.0",
    python_requires=">=3.11,<3.12",
    packages=find_packages(include=[pattern for name in PACKAGES for pattern in (name, f"{name}.*")]),
    package_data={"": ["*.sha256"], "conf": ["**/*.yaml", "**/*.sql"]},
    install_requires=[line for line in REQUIREMENTS.read_text().splitlines() if not line.startswith("#")],
)
