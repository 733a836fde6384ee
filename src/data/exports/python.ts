/**
 * Python that grades an answer by a sample's check, for harnesses in that language: the rules of docs/dataset_format.md
 * in short. What our own runs report is graded by TypeScript alone.
 */
export const GRADING = String.raw`import re
import unicodedata

LEAD_INS = [
    r"(so|thus|hence|therefore|then|okay|ok|well|sure|yes|right)[,:!]\s*",
    r"(the|my|your|its)\s+(final\s+|correct\s+|exact\s+)?(answer|result|output|value|solution)\s*(is|equals|would be|was|:|=)\s*:?\s*",
    r"(final\s+)?(answer|result|output)\s*[:=]\s*",
    r"(it|that|this)\s*('s|\s+is|\s+equals|\s+would be)\s+(called\s+)?",
    r"=\s*",
]
NUMBER = re.compile(r"(?<![\w.])(?:(?<![\d)\]])[-+])?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\w|\.\d)")
GROUPED = re.compile(r"(?<![\d.,\[(])\d{1,3}(?:,\d{3})+(?![\d,\])])")


def ungroup(text):
    return GROUPED.sub(lambda found: found.group().replace(",", ""), unicodedata.normalize("NFKC", text))


def bare(text, case_sensitive=False):
    rest, before = ungroup(text.replace("\u2212", "-")).strip(), None
    while rest != before:
        before = rest
        for lead_in in LEAD_INS:
            rest = re.sub("^" + lead_in, "", rest, flags=re.I)
        rest = rest.lstrip(" \t\n\"'${"`"}*").rstrip(" \t\n\"'${"`"}*.!?,;:")
    rest = re.sub(r"\s+", " ", re.sub(r"^(an?|the)\s+", "", rest, flags=re.I))
    rest = re.sub(r"\s*([,\[\](){}])\s*", r"\1", rest)
    return rest if case_sensitive else rest.lower()


def same(a, b, tolerance=None):
    if tolerance is None and re.fullmatch(r"[-+]?\d+", a) and re.fullmatch(r"[-+]?\d+", b):
        return int(a) == int(b)
    x, y = float(a), float(b)
    return x == y or abs(x - y) <= (1e-6 if tolerance is None else tolerance) * max(abs(x), abs(y))


def one_number(answer, target, prompt, tolerance):
    wanted, found = NUMBER.findall(ungroup(target)), NUMBER.findall(ungroup(answer.replace("\u2212", "-")))
    distinct = [a for i, a in enumerate(found) if not any(same(a, b) for b in found[:i])]
    if len(distinct) > 1:
        asked = NUMBER.findall(ungroup(prompt))
        distinct = [a for a in distinct if not any(same(a, b) for b in asked)]
    return len(distinct) == 1 and bool(wanted) and same(distinct[0], wanted[0], tolerance)


def equal_expressions(answer, target):
    if answer.replace(" ", "") == target.replace(" ", ""):
        return True
    # SymPy evaluates what it parses, so only what can be an expression is handed to it: letters, digits, operators.
    if not re.fullmatch(r"[A-Za-z0-9 +\-*/^().,\[\]=]{1,500}", answer) or re.search(r"[A-Za-z]\w*\s*\.|\d{7}", answer):
        return False
    try:
        from sympy import simplify, sympify
        return simplify(sympify(answer) - sympify(target)) == 0
    except Exception:
        return False


def words_of(text):
    return re.findall(r"\w+[+#]*", unicodedata.normalize("NFKC", text).lower())


def has(answer, keyword):
    words, wanted = words_of(answer), words_of(keyword)
    if not wanted:
        return keyword.strip() in answer
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words)))


def grade(answer, target, check, prompt=""):
    """Whether the answer passes the check, whose kind is exact, numeric, sympy or keywords."""
    kind = check.get("kind", "exact")
    if not answer.strip():
        return False
    if kind == "numeric":
        return one_number(answer, target, prompt, check.get("tolerance"))
    if kind == "sympy":
        return equal_expressions(bare(answer, True), bare(target, True))
    if kind == "keywords":
        every, some, none = (check.get(name) or [] for name in ("all", "any", "none"))
        most = check.get("max_words")
        return (
            (most is None or len(words_of(answer)) <= most)
            and not any(has(answer, word) for word in none)
            and all(has(answer, word) for word in every)
            and (not some or any(has(answer, word) for word in some))
            and bool(every or some)
        )
    case = bool(check.get("case_sensitive"))
    return bare(answer, case) == bare(target, case)
`;

/** A text as a Python string literal: JSON's escapes mean the same there. */
export const literal = (text: string): string => JSON.stringify(text);
