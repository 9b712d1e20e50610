"""DuckDB with one scanner loaded from its installed package; nothing is downloaded.

This module must never import Django: the program that reads the facts (measure.extract) uses it.
"""

import importlib
from pathlib import Path

import duckdb

SCANNERS = {"sqlite": "sqlite_scanner", "postgres": "postgres_scanner"}
MEMORY = "2GB"

MOST_BESIDE = 300_000  # customers


def connect(scanner: str) -> duckdb.DuckDBPyConnection:
    """`scanner`: "sqlite" or "postgres"."""
    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY,
        }
    )
    package = importlib.import_module(f"duckdb_extension_{SCANNERS[scanner]}")
    folder = Path(str(package.__file__)).parent / "extensions"
    file = next(folder.glob(f"*/{SCANNERS[scanner]}.duckdb_extension"))
    con.execute(f"LOAD '{file}'")
    return con


def fits_beside(customers: int) -> bool:
    """Whether two passes over a company fit into memory at once; of more customers one pass has
    all cores, and the next one waits."""
    return customers <= MOST_BESIDE


def quoted(path: Path | str) -> str:
    """For a text of SQL: the places where no parameter may stand."""
    return str(path).replace("'", "''")
