"""Word documents: what is text and what is not, in which order, at which level."""

from __future__ import annotations

from synthesis.formats import BlockKind, open_document
from synthesis.formats.docx import read_docx
from tests.hostile import hostile_files as files

STYLES = f"""<w:styles {files.W}>
<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Raum"/><w:basedOn w:val="T1"/></w:style>
<w:style w:type="paragraph" w:styleId="Out"><w:name w:val="Frage"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="LB2"><w:name w:val="List Bullet 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Num"><w:name w:val="Liste"/>
<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
</w:styles>""".encode()


def p(text: str, style: str = "", properties: str = "", run: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:p><w:pPr>{style}{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def r(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def made(body: str) -> bytes:
    return files.office("docx", word__document_xml=files.part(body), word__styles_xml=STYLES)


def blocks(body: str) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, block.text) for block in read_docx(made(body), "x.docx")]


def texts(body: str) -> list[str]:
    return [text for _, _, text in blocks(body)]


def test_headings_by_name_by_ancestor_and_by_outline() -> None:
    assert blocks(p("a", "T1") + p("b", "Own") + p("c", "Out") + p("d") + p("e", "Loop") + p("f", "no such")) == [
        ("heading", 1, "a"), ("heading", 1, "b"), ("heading", 3, "c"),
        ("paragraph", 0, "d"), ("paragraph", 0, "e"), ("paragraph", 0, "f"),
    ]  # fmt: skip


def test_list_levels() -> None:
    numbered = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'
    body = p("a", properties=numbered.format(0, 1)) + p("b", properties=numbered.format(2, 1)) + p("c", "LB2")
    body += p("d", "Num") + p("e", "Num", numbered.format(0, 0))
    assert blocks(body) == [
        ("bullet", 0, "a"), ("bullet", 2, "b"), ("bullet", 1, "c"), ("bullet", 1, "d"), ("paragraph", 0, "e"),
    ]  # fmt: skip


def test_tracked_changes_are_read_as_accepted() -> None:
    gone = "<w:del><w:r><w:delText>old </w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved </w:t></w:r></w:moveFrom>"
    came = f"<w:ins>{r('new ')}</w:ins><w:moveTo>{r('moved ')}</w:moveTo>"
    assert texts(f"<w:p>{r('keep ')}{gone}{came}{r('end')}</w:p>") == ["keep new moved end"]


def test_a_deleted_paragraph_mark_joins_and_a_deleted_table_row_goes() -> None:
    mark = "<w:rPr><w:del/></w:rPr>"
    assert texts(p("first ", properties=mark) + p("second")) == ["first second"]
    assert texts(p("last", properties=mark)) == ["last"]
    row = "<w:tr>{}<w:tc>{}</w:tc></w:tr>"
    table = row.format("", p("stays")) + row.format("<w:trPr><w:del/></w:trPr>", p("goes"))
    assert texts(f"<w:tbl>{table}</w:tbl>") == ["stays"]


def test_links_fields_breaks_and_symbols() -> None:
    link = f"<w:hyperlink>{r('our site')}</w:hyperlink>"
    code = "<w:r><w:instrText>HYPERLINK secret</w:instrText></w:r>"
    marks = '<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:noBreakHyphen/><w:sym w:char="F0FC"/></w:r>'
    tabs = '<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>'
    assert texts(f"<w:p>{tabs}{link}{code}{marks}</w:p>") == ["our sitea\nb\t-✓"]


def test_content_controls_give_their_words_and_not_their_prompts() -> None:
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Click here')}</w:sdtContent></w:sdt>"
    body = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('block')}</w:sdtContent></w:sdt>{prompt}"
    body += f"<w:p><w:sdt><w:sdtContent>{r('inline')}</w:sdtContent></w:sdt>{r(' after')}</w:p>"
    assert texts(body) == ["block", "inline after"]


def test_text_boxes_follow_their_paragraph_once() -> None:
    box = f"<w:txbxContent>{p('in the box')}{p('still')}</w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    assert texts(f"<w:p>{r('before ')}<w:r>{both}</w:r>{r('after')}</w:p>") == ["before after", "in the box", "still"]


def test_nested_tables_follow_the_outer_one() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{p('inner 1')}</w:tc><w:tc>{p('inner 2')}</w:tc></w:tr></w:tbl>"
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    outer = f"<w:tbl><w:tr><w:tc>{p('a')}{inner}{p('b')}</w:tc><w:tc>{wide}{p('c')}</w:tc><w:tc>{p('d')}</w:tc></w:tr></w:tbl>"
    found = read_docx(made(outer + p("after")), "x.docx")
    assert [(b.number, b.text, b.table, b.table_row, b.table_column) for b in found] == [
        (1, "a\nb", 1, 1, 1), (2, "c", 1, 1, 2), (3, "d", 1, 1, 4), (4, "inner 1", 2, 1, 1), (5, "inner 2", 2, 1, 2),
        (6, "after", 0, 0, 0),
    ]  # fmt: skip


def test_bold_is_of_the_whole_line() -> None:
    bold, off = '<w:b w:val="1"/>', '<w:b w:val="0"/>'
    body = p("a", run=bold) + p("b", run=off) + f"<w:p><w:r><w:rPr>{bold}</w:rPr><w:t>c</w:t></w:r>{r('d')}</w:p>"
    assert [block.bold for block in read_docx(made(body), "x.docx")] == [True, False, False]


def test_comments_footnotes_and_contents_are_remarks() -> None:
    rels = files.parts(files.document())["word/_rels/document.xml.rels"].decode()
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for number, kind in enumerate(("comments", "footnotes")):
        link = f'<Relationship Id="x{number}" Type="{base}/{kind}" Target="{kind}.xml"/>'
        rels = rels.replace("</Relationships>", f"{link}</Relationships>")
    data = files.office(
        "docx",
        files.member("word/comments.xml", f"<w:comments {files.W}><w:comment>{p('why?')}</w:comment></w:comments>".encode()),
        files.member("word/footnotes.xml", f"<w:footnotes {files.W}><w:footnote>{p('see 3')}</w:footnote></w:footnotes>".encode()),
        word___rels__document_xml_rels=rels.encode(),
        word__document_xml=files.part(p("Room 3 … 2", "TOC1") + p("body")),
        word__styles_xml=STYLES,
    )  # fmt: skip
    found = open_document("x.docx", data)
    assert [block.text for block in found.blocks] == ["body"]
    assert {(block.kind, block.text) for block in found.remarks} == {
        (BlockKind.NOTE, "Room 3 … 2"), (BlockKind.COMMENT, "why?"), (BlockKind.NOTE, "see 3"),
    }  # fmt: skip


def test_strict_documents_and_foreign_prefixes() -> None:
    body = p("words").replace("w:", "q:")
    space = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    data = f'<q:document xmlns:q="{space}"><q:body>{body}</q:body></q:document>'.encode()
    assert [block.text for block in read_docx(files.office("docx", word__document_xml=data), "x.docx")] == ["words"]
