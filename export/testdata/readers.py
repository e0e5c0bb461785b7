"""Reads what the program exported with readers that other people wrote, and says
what differs from the words that were exported: a line for each on standard output.

    readers.py TOLD.json FILE...

TOLD.json is a list of {title, link, text, blocks}, in the order of the records.
"""
import json
import sys
from html.parser import HTMLParser


def squeezed(s):
    return "".join(s.split())


class Text(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.tags = [], set()

    def handle_data(self, data):
        self.words.append(data)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "src", "srcset") or name == "href" and not value.startswith(("https://", "http://")):
                print("attribute", name, value)


def text_of(html):
    parser = Text()
    parser.feed(html)
    parser.close()
    bad = parser.tags - set("p br h2 ul ol li blockquote div span table tbody tr td strong em a".split())
    if bad:
        print("elements", bad)
    return squeezed("".join(parser.words))


def same(what, got, want):
    if got != want:
        print(what, "got", ascii(got)[:300], "want", ascii(want)[:300])


def feed(path, told):
    import feedparser

    # Its sanitizer would hide what it takes away: without it the words have to be right.
    feedparser.SANITIZE_HTML = False
    feed = feedparser.parse(path, sanitize_html=False)
    if feed.bozo:
        print(path, "is not well-formed:", feed.bozo_exception)
    told = told[::-1]
    same("entries", len(feed.entries), len(told))
    same("ids", len({e.id for e in feed.entries}), len(told))
    for entry, want in zip(feed.entries, told):
        same("title", squeezed(entry.title), squeezed(want["title"]))
        if want["link"] and ";" not in want["link"]:  # feedparser takes "&x;" in an address for an entity
            same("link", entry.link, want["link"])
        same("text", text_of(entry.content[0].value), want["text"])
        if not entry.updated_parsed or not entry.published_parsed:
            print("no times")


def json_feed(path, told):
    with open(path, encoding="utf-8") as f:
        feed = json.load(f)
    same("version", feed["version"], "https://jsonfeed.org/version/1.1")
    told = told[::-1]
    same("items", len(feed["items"]), len(told))
    for item, want in zip(feed["items"], told):
        same("title", item["title"], want["title"])
        same("url", item.get("url", ""), want["link"])
        same("text", text_of(item["content_html"]), want["text"])


def word(path, told):
    import docx
    import docx.table
    import docx.text.paragraph
    from docx.oxml.ns import qn

    document = docx.Document(path)
    alone = len(told) == 1
    headline = "Title" if alone else "Heading 1"
    want = iter(told)
    release, got, footers = None, [], []

    def check():
        if release is not None:
            same("paragraphs", [squeezed(s) for s in got if squeezed(s)], [squeezed(s) for s in release["blocks"] if squeezed(s)])

    for element in document.element.body.iterchildren():
        if element.tag == qn("w:p"):
            p = docx.text.paragraph.Paragraph(element, document)
            if p.style.name == headline:
                check()
                release, got = next(want, None), []
                if release is None:
                    if told:
                        print("a release more:", ascii(p.text))
                    continue
                same("headline", p.text, release["title"])
            elif release is not None and p.style.name not in ("Dateline", "Source", "Provenance"):
                # python-docx leaves out what stands in a link
                got.append("".join(t.text or "" for t in element.iter(qn("w:t"))))
        elif element.tag == qn("w:tbl"):
            for row in docx.table.Table(element, document).rows:
                got.extend(dict.fromkeys(c._tc for c in row.cells))
                got = [c if isinstance(c, str) else "".join(t.text or "" for t in c.iter(qn("w:t"))) for c in got]
    check()
    if next(want, None):
        print("a release less")
    for section in document.sections:
        if (round(section.page_width.mm), round(section.page_height.mm)) != (210, 297):
            print("not A4:", section.page_width.mm, section.page_height.mm)
        footers.append("".join(p.text for p in section.footer.paragraphs))
    for release in told:
        if not any(release["title"] in f and "Captured" in f for f in footers):
            print("no footer for", ascii(release["title"]))


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        told = json.load(f)
    for path in sys.argv[2:]:
        print_path = path.rsplit("/", 1)[-1]
        try:
            if path.endswith(".docx"):
                word(path, told)
            elif path.endswith(".json"):
                json_feed(path, told)
            else:
                feed(path, told)
        except Exception as e:  # a reader that fails has something to say, too
            print(print_path, "cannot be read:", repr(e))


main()
