"""A Sphinx extension: what the theme leaves out for people who hear a page."""

from docutils import nodes


def setup(app):
    """Priority 900: after the theme has made its navigation."""
    app.connect("html-page-context", with_levels, priority=900)
    app.connect("doctree-read", without_empty_heads)
    app.connect("env-updated", with_changed_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def with_levels(app, pagename, templatename, context, doctree):
    """The captions of the navigation are headings; a heading has a level."""
    tree = context.get("furo_navigation_tree") or ""
    context["furo_navigation_tree"] = tree.replace(
        ' role="heading"', ' role="heading" aria-level="2"'
    )


def without_empty_heads(app, doctree):
    """Markdown has no table without a head. One in which nothing stands is taken away."""
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def with_changed_contents(app, env):
    """The pages to write again: all of them when a title or the order changed."""
    toctree = env.toctree_includes.get(env.config.root_doc, [])
    now = [(name, env.titles[name].astext()) for name in toctree if name in env.titles]
    before, env.minigrad_contents = getattr(env, "minigrad_contents", None), now
    return [] if now == before else sorted(env.found_docs)
