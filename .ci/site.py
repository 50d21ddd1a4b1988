"""Hooks of mkdocs.yml: the guides link files of the repository as they are seen
on GitHub, and the site links those there."""

import posixpath
import re

SOURCE = "https://github.com/thrashkit/thrashkit/blob/main/"
LINK = re.compile(r"\]\(([^)\s:#]+)(#[^)\s]*)?\)")


def on_files(files, config):
    """Leaves out the program that generates pages."""
    for f in [f for f in files if f.src_path.startswith("gen/")]:
        files.remove(f)
    return files


def on_page_markdown(markdown, page, config, files):
    """Makes links to what is not part of the site absolute."""
    here = posixpath.dirname("docs/" + page.file.src_path)

    def absolute(match):
        path, anchor = match.group(1), match.group(2) or ""
        target = posixpath.normpath(posixpath.join(here, path))
        inside = target.startswith("docs/")
        if inside and "." in posixpath.basename(target):
            return match.group(0)  # mkdocs checks it
        return f"]({SOURCE}{target}{anchor})"

    return LINK.sub(absolute, markdown)
