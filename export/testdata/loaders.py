"""Reads CSV files and SQLite databases, whose paths are the arguments, with
Python's own modules, and prints what is in them as one JSON object by path: of a
CSV file its rows, of a database the rows of each table and view."""

import csv
import json
import sqlite3
import sys


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def tables(path):
    db = sqlite3.connect(path)
    for check in ("integrity_check", "foreign_key_check"):
        wrong = db.execute("PRAGMA " + check).fetchall()
        assert wrong in ([], [("ok",)]), (check, wrong)
    for index in ("releases_fts", "quotes_fts"):
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
    names = db.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE '%\\_fts%' ESCAPE '\\'"
    ).fetchall()
    found = {name: db.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}
    # How Datasette finds out that a table can be searched, and searches it.
    for table in ("releases", "quotes"):
        (fts,) = db.execute(
            "SELECT name FROM sqlite_master WHERE rootpage = 0 AND sql LIKE ?",
            (f'%VIRTUAL TABLE%USING FTS%content="{table}"%',),
        ).fetchone()
        found["search " + table] = db.execute(
            f"SELECT rowid FROM {table} WHERE rowid IN (SELECT rowid FROM {fts} WHERE {fts} MATCH ?)",
            ('"Needle in it"',),
        ).fetchall()
    return found


json.dump({path: rows(path) if path.endswith(".csv") else tables(path) for path in sys.argv[1:]}, sys.stdout)
