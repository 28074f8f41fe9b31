"""Files that a browser saves: what they are, by the ending of their names."""

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "pdf": PDF, "png": "image/png"}


def to_save(content: bytes, name: str) -> Response:
    """Answer with a file to be saved as `name`, whose ending is one of KINDS."""
    return Response(
        content,
        content_type=KINDS[name.rpartition(".")[2]],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
