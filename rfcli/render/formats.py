"""The formats of results and of problems, by name; each is a module with a `render`."""

FORMATS = {
    "table": "rfcli.render.table",
    "json": "rfcli.render.json_",
    "ndjson": "rfcli.render.ndjson",
    "csv": "rfcli.render.csv_",
    "tsv": "rfcli.render.tsv",
    "markdown": "rfcli.render.markdown",
}
"""Formats of results: `render(views, style)` yields text."""

RECORDS = tuple(name for name in FORMATS if name != "ndjson")
"""Formats of records, the answers to questions about a layer: what `records.render` writes."""

TABULAR = tuple(name for name in RECORDS if name != "json")
"""Those that are tables of text."""

DIAGNOSTICS = {
    "text": "rfcli.render.problems_text",
    "concise": "rfcli.render.problems_concise",
    "json": "rfcli.render.problems_json",
    "github": "rfcli.render.problems_github",
    "sarif": "rfcli.render.problems_sarif",
    "junit": "rfcli.render.problems_junit",
}
"""Formats of problems: `render(outcomes, limit, color)` yields text."""
