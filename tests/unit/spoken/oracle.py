"""A second way from words back to values, written apart from the reader, to hold it against."""

DIGITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8,
          "chín": 9}  # fmt: skip


def value(words: str) -> int:
    """The whole number that Vietnamese words say; raises on anything else."""
    total, group, last = 0, 0, -1
    billions = 0
    for word in words.split():
        if word in DIGITS:
            if last >= 0:
                group += last
            last = DIGITS[word]
        elif word == "mười":
            assert last < 0
            group += 10
        elif word == "mươi":
            group += last * 10
            last = -1
        elif word == "trăm":
            group += last * 100
            last = -1
        elif word in {"linh", "lẻ"}:
            assert last < 0
        elif word in {"nghìn", "ngàn", "triệu"}:
            total += (group + max(last, 0)) * (1000 if word != "triệu" else 1_000_000)
            group, last = 0, -1
        elif word == "tỷ":
            billions = (billions + total + group + max(last, 0)) * 1_000_000_000
            total, group, last = 0, 0, -1
        else:
            raise ValueError(word)
    return billions + total + group + max(last, 0)


def naive(n: int) -> str:
    """The words of 0..999 999 by the school rule, digit by digit from the left."""
    if n == 0:
        return "không"
    parts = []
    if n >= 1000:
        parts = [naive(n // 1000), "nghìn"]
    rest = f"{n % 1000:03d}"
    if n % 1000 == 0:
        return " ".join(parts)
    names = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
    hundred, ten, one = (int(c) for c in rest)
    if parts or hundred:
        parts += [names[hundred], "trăm"]
    if ten == 0 and one:
        parts += (["linh"] if parts else []) + ["tư" if one == 4 and parts else names[one]]
    elif ten == 1:
        parts += ["mười"] + ([] if one == 0 else ["lăm" if one == 5 else names[one]])
    elif ten > 1:
        parts += [names[ten], "mươi"] + ([] if one == 0 else [{1: "mốt", 4: "tư", 5: "lăm"}.get(one, names[one])])
    return " ".join(parts)
