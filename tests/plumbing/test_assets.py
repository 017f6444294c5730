"""Scripts lose weight on their way out, and nothing else."""

import re

from app.plumbing.assets import SOURCE, lean, lean_style


def test_comments_and_indentation_go():
    script = "// why\n/** <a-b> does. */\nclass A {\n  b() {\n    return 1 // one\n  }\n}\n"
    assert lean(script) == "class A {\nb() {\nreturn 1 // one\n}\n}\n"


def test_a_style_sheet_loses_the_same():
    sheet = "/* Why,\n   and how. */\n@layer a {\n  .b { color: red; }\n\n"
    sheet += '  .c::after { content: "a b"; }\n}\n'
    assert lean_style(sheet) == '@layer a {\n.b { color: red; }\n.c::after { content: "a b"; }\n}\n'


def test_no_style_sheet_has_what_would_be_hurt():
    for place in (SOURCE / "css").glob("*.css"):
        texts = re.findall('"[^"\\n]*"', place.read_text())
        assert not [text for text in texts if "/*" in text or "*/" in text], place.name


def test_no_script_has_what_would_be_hurt():
    for place in (SOURCE / "js").glob("*.js"):
        for number, line in enumerate(place.read_text().splitlines(), start=1):
            assert line.count("`") % 2 == 0, f"{place.name}:{number} a template of several lines"
            code = re.sub('"[^"]*"', '""', line)
            is_open = "/*" in code and "*/" not in code.partition("/*")[2]
            assert not is_open, f"{place.name}:{number} a comment of several lines"
