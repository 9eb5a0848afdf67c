"""How wide a line of Times New Roman is, so that the rules under headings can be as long as the layout asks."""

import unicodedata

_REGULAR = {
    180: "'", 200: "|", 250: " ,.", 278: "/:;\\ijlt", 333: "!()-I[]`fr", 389: "Js", 408: '"', 444: "?acez", 469: "^",
    480: "{}", 500: "#$*0123456789_bdghknopquvxyđ–", 541: "~", 556: "FPS", 564: "+<=>", 611: "ELTZ", 667: "BCR",
    722: "ADGHKNOQUVXYwĐ", 778: "&m", 833: "%", 889: "M", 921: "@", 944: "W", 1000: "—…",
}  # fmt: skip
_BOLD = {
    220: "|", 250: " ,.", 278: "'/\\il", 333: "!()-:;[]`fjt", 389: "Is", 394: "{}", 444: "cerz",
    500: "#$*0123456789?J_agovxy–", 520: "~", 555: '"', 556: "Sbdhknpquđ", 570: "+<=>", 581: "^", 611: "FP",
    667: "BELTZ", 722: "ACDNRUVXYwĐ", 778: "GHKOQ", 833: "&m", 930: "@", 944: "M", 1000: "%W—…",
}  # fmt: skip
_WIDTHS = {
    bold: {letter: width for width, letters in table.items() for letter in letters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_OTHER = 500


def width_mm(text: str, size_pt: float, *, bold: bool = False) -> float:
    """The width of one line in millimetres; a mark over a letter takes no room, a letter not in the table half an em."""
    table = _WIDTHS[bold]
    units = sum(table.get(c, _OTHER) for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return units / 1000 * size_pt * 25.4 / 72
