"""What a Vietnamese voice can say: the inventory of syllables, and the names of letters."""

import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "`", "\u0301": "'", "\u0309": "?", "\u0303": "~", "\u0323": "."}
_ONSETS = " b c ch d đ g gh h k kh l m n ng ngh nh p ph r s t th tr v x"
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y yêm yên yêng yêt yêu ych ynh yt "
    "o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oăp oe oen oeo oet "
    "oong ooc ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ơc u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt uy uya "
    "uych uyn uynh uyt uyu uyên uyêt uyp uân uâng uât uây uê uêch uênh uêt uêu uơ uâc ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi "
    "ươm ươn ương ươp ươt ươu"
)
_QU_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng ât âu ây e ec em en eo et ê êch ên ênh êt "
    "êu i in it ich inh y yên yêt yn ynh yt ych ơ ơi ơn ơt ôc eng ep yu ơm ôi"
)
_GI_RIMES = (
    "a ac ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e em en eo ep et êng êt êc êm ên o "
    "oc oi om on ong op ot ô ôc ôi ôn ông ôt ơ ơi ơm ơn ơp u ua uc ui um un ung up uôc uông ư ưa ưc ưng ươc ương ươi n p m "
    "ê êp"
)
_INVENTORY = frozenset(
    {onset + rime for onset in _ONSETS.split(" ") for rime in _RIMES.split()}
    | {"qu" + rime for rime in _QU_RIMES.split()}
    | {"gi" + rime for rime in _GI_RIMES.split()}
    | {"gi"}
)
_STOPS = ("p", "t", "c", "ch")
ONSETS = frozenset(_ONSETS.split())

UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
LOWER = "a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
LETTERS = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "dê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép", "g": "gờ",
    "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "mờ", "n": "nờ", "o": "o", "ô": "ô", "ơ": "ơ", "p": "pê",
    "q": "quy", "r": "rờ", "s": "sờ", "t": "tê", "u": "u", "ư": "ư", "v": "vê", "w": "vê kép", "x": "ích", "y": "y",
    "z": "dét",
}  # fmt: skip


def split_tone(word: str) -> tuple[str, str]:
    """The toneless word (NFC) and its tone mark, where the mark stands being of no account."""
    tone = ""
    kept = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        else:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)), tone


def is_syllable(word: str) -> bool:
    """Whether a Vietnamese voice reads this word as written (any case)."""
    return len(word) <= 8 and _is_syllable(word)


@lru_cache(maxsize=32768)
def _is_syllable(word: str) -> bool:
    base, tone = split_tone(word.lower())
    if base not in _INVENTORY:
        return False
    return tone in {"'", "."} or not base.endswith(_STOPS)


def is_toneless_syllable(base: str) -> bool:
    """Whether an unmarked lower-case word has the shape of a syllable, as in web addresses."""
    return base in _INVENTORY


def spell(word: str) -> str:
    """The Vietnamese names of the letters of a word; marks of tone and unknown letters are passed over."""
    base, _ = split_tone(word.lower())
    return " ".join(LETTERS[c] for c in base if c in LETTERS)
