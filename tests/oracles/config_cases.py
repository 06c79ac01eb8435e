"""Seeded generator of configuration cases: trees of files, overrides, references. Each is run through Hydra and through
`goetia config show`; both must give the same document, or both must refuse."""

import random
from dataclasses import dataclass, field


@dataclass
class Case:
    name: str
    files: dict                      # relative path -> text; "config.yaml" is the primary one
    overrides: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    multirun: bool = False
    chosen: tuple = ()               # (folder, name): by --config-path and --config-name; else it is "config.yaml"
    cfg: tuple = ()                  # what follows Hydra's --cfg: "job", perhaps "--resolve", "--package", PATH
    of_a_run: bool = False           # Hydra's own values can be asked for


PLAIN = [
    "1", "-7", "+3", "0", "007", "0o17", "0x1F", "0b101", "1_000", "1_0_0", "12:30:45", "190:20:30", "1.5", "-2.25", "1.", ".5", "-.5", "+.5", "1e3",
    "1e-3", "1E5", "1.5e3", "1.0e-6", "1.e5", "6.02e+23", ".5e-3", ".5e3", "1_000.5", "1e", "e5", ".inf", "-.inf", ".Inf", "+.INF", ".nan", ".NaN", "nan", "inf",
    "true", "True", "TRUE", "tRue", "false", "yes", "Yes", "no", "NO", "on", "Off", "y", "n", "null", "Null", "NULL", "~", "none", "None", "",
    "2020-01-01", "2001-12-14t21:59:43.10-05:00", "text", "two words", "a-b", "a.b", "a/b", "a:b", "1a", "0x", "0xg", "08", "09.5", "1__0", "_1", "1_",
    "'1'", '"true"', "'it''s'", '"a\\tb"', '"\\u00e9"', "'null'", "''", '""', "'1e-3'", "http://x.org/a?b=c", "50%", "@x".replace("@", "x@"), "a#b", "名前", "ünï",
    "!!str 5", "!!int '5'", "!!float 1", "[1, 2.0, three]", "{a: 1, b: [x, y]}", "[]", "{}", "[~, true, 'x']", "[[1], [2, [3]]]", "|\n  block\n  text", ">\n  folded\n  text",
]

VALUES = [
    "1", "-1", "+5", "01", "1_000", "1.5", "1.", ".5", "-.5", "1e3", "1e-05", "1E+5", "inf", "-inf", "nan", "INF", "infinity", "true", "TrUe", "FALSE", "null", "NULL",
    "nul", "yes", "on", "", "abc", "a-b", "a_b", "a.b.c", "a/b", "a:b", "a b", " a", "a ", "'a b'", '"a b"', "'1'", '"true"', "'null'", "''", '""', "'it\\'s'", '"say \\"hi\\""',
    "'back\\\\slash'", "'a\\\\'", "a\\,b", "a\\=b", "a\\ b", "\\(x\\)", "\\[1\\]", "\\{a\\}", "x\\:y", "[]", "[1]", "[1,2,3]", "[ 1 , 2 ]", "[a,'b c',1.5,null,true]", "[[1],[2,3]]", "[{a:1},{b:2}]", "{}",
    "{a:1}", "{a: 1, b: two}", "{a:{b:{c:1}}}", "{a:[1,2]}", "{1:x,2:y}", "{a b:1}", "http://x.org/a?b", "50%", "a@b", "x*y", "~", "-", "--", "-x", "1a", "1-2", "1.2.3", "10:30",
    "$x", "$", "int(3.7)", "int('5')", "int(x)", "float(2)", "float('1e3')", "str(1.5)", "str(true)", "str([1,2.5])", "bool(1)", "bool(0)", "bool('False')", "bool(x)", "int([1.5,2.5])",
    "float({a:1,b:2})", "sort([3,1,2])", "sort([b,a],reverse=true)", "sort(1)", "int()", "nothing(1)", "a(b", "a)b", "[1,2", "{a:1", "'abc", '"abc', "a=b", "a,", ",a", "[1,,2]", "{a}", "{a:}", "(a)",
    "tag(x)", "str(1e-5)", "str(100000.0)", "str(1e20)", "???", "é", "'é 名'", "a'b'", "'a'b", "[int(2.5),float(1)]", "{a:int('7')}", "1__0", "0x10", "a\\\\b", "a\\b", "a|b", "a?b", "+", "++x", "a+b", "a  b", "a\tb",
]

BASE = """\
a: 1
b: text
c: null
d:
  x: 10
  y: ten
  deep:
    z: true
    list: [1, 2, 3]
list:
  - 5
  - name: first
    size: 2
ref: ${d.x}
refmap: ${d}
missing: ???
empty: {}
"""

KEYS = ["a", "b", "c", "d", "d.x", "d.y", "d.deep", "d.deep.z", "d.deep.list", "d.deep.list.0", "d.deep.list.9", "list", "list.0", "list.1.name", "list.1", "ref", "refmap", "refmap.x", "missing",
        "empty", "new", "new.sub", "d.new", "d.x.y", "a.b", "c.x", "empty.q", "list.1.more", "d.deep.list.x", "e-f", "$g", "d.$h", "d.0"]

REFERENCES = [
    "${a}", "${d.x}", "${d}", "${d.deep.list}", "${d.deep.list.1}", "${d.deep.list[2]}", "${list[1].name}", "${list.1.size}", "pre-${a}-post", "${a}${b}", "${ a }", "${d.deep.z}", "${c}", "x${c}", "x${d.deep.z}y",
    "x${f}", "${nowhere}", "${d.nowhere}", "${a.b}", "${missing}", "\\${a}", "\\\\${a}", "\\\\\\${a}", "$a", "$", "${", "${}", "${a", "a}", "${d.${b2}}", "${${b3}}", "${d.${b2}", "${.sibling}", "${..a}", "${...a}",
    "${oc.env:GOETIA_CASE}", "${oc.env:GOETIA_NOT_SET,fallback}", "${oc.env:GOETIA_NOT_SET}", "${oc.env:GOETIA_NOT_SET,null}", "${oc.env:GOETIA_NOT_SET,5}", "${oc.env:GOETIA_NOT_SET,true}", "${oc.env:GOETIA_NOT_SET,${a}}",
    "${oc.env:GOETIA_NOT_SET,'a b'}", "${oc.env:GOETIA_NOT_SET,\"x, y\"}", "${oc.env:GOETIA_NOT_SET,}", "${oc.decode:'5'}", "${oc.decode:${oc.env:GOETIA_NUMBER}}", "${oc.decode:'[1,2,{a:b}]'}", "${oc.decode:null}",
    "${oc.decode:'a b'}", "${oc.decode:'${a}'}", "${oc.select:a}", "${oc.select:nowhere}", "${oc.select:nowhere,7}", "${oc.select:d.deep}", "${oc.select:missing,3}", "${oc.select:.sibling,1}", "${oc.select:a.b,4}",
    "${oc.dict.keys:d}", "${oc.dict.values:d.deep}", "${oc.dict.keys:a}", "${oc.dict.keys:nowhere}", "${oc.nothing:1}", "${oc.env:GOETIA_NOT_SET,[1,2]}", "${oc.create:{a:1,b:[2]}}", "${list}", "t-${d.deep.list}", "${self_map.inner}",
    "${oc.env:GOETIA_NOT_SET,a\\,b}", "${oc.select:d.x,${nowhere}}", "${d.deep}", "${oc.decode:x:y}", "${oc.env: GOETIA_CASE }", "${oc.env:GOETIA_NOT_SET, spaced out }", "${f}%", "${big}", "v${big}",
]

REFERENCE_BASE = """\
a: 1
b: text
b2: x
b3: a
c: null
f: 0.1
big: 1.0e+20
missing: ???
d:
  x: 10
  y: ${a}
  deep:
    z: true
    list: [1, ${d.x}, three]
list: [0, {name: first, size: 2}]
self_map:
  inner: {v: 3, w: "${.v}", u: "${..outer}"}
  outer: out
holder:
  sibling: beside
  target: REFERENCE
"""


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def scalar_cases(rng):
    for i, plain in enumerate(PLAIN):
        yield Case(f"scalar-{i}", {"config.yaml": f"a: {plain}\nafter: 1\n"})
    for i in range(12):
        lines = [f"k{n}: {rng.choice([p for p in PLAIN if chr(10) not in p])}" for n in range(12)]
        yield Case(f"scalars-{i}", {"config.yaml": "\n".join(lines) + "\n"})
    texts = {
        "duplicate": "a: 1\na: 2\n", "anchors": "a: &x {p: 1, q: [1, 2]}\nb: *x\nc: [*x, *x]\n", "merge-key": "base: &b {p: 1, q: 2}\na:\n  <<: *b\n  q: 3\n  r: 4\n",
        "merge-list": "x: &x {p: 1}\ny: &y {p: 2, q: 2}\na:\n  <<: [*x, *y]\n", "two-documents": "a: 1\n---\nb: 2\n", "one-document": "---\na: 1\n...\n", "empty": "", "comment": "# nothing\n",
        "list-root": "- 1\n- 2\n", "scalar-keys": "2: a\ntrue: b\n1.5: c\ntext: d\n", "broken": "a: [1, 2\n", "tabs": "a:\n\tb: 1\n", "null-key": "~: 1\n", "unknown-tag": "a: !foo 1\n", "bad-indent": "a:\n    b: 1\n  c: 2\n",
        "multi-line": "a: one\n  two\n  three\nb: 'x\n  y'\n", "unicode": "a: \"日本 \\U0001F600\"\n名: 値\n", "colons": "a: b:c\nd: x: y\n", "bom": "\ufeffa: 1\n", "deep": "".join(" " * i + f"k{i}:\n" for i in range(30)) + " " * 30 + "x: 1\n",
        "nested-flow": "a: {b: {c: [1, {d: e}]}, f: g}\n", "trailing-comma": "a: [1, 2,]\n", "block-chomp": "a: |+\n  x\n\nb: >-\n  y\n  z\n",
    }
    for name, text in texts.items():
        yield Case(f"yaml-{name}", {"config.yaml": text})


def override_cases(rng):
    for i, value in enumerate(VALUES):
        yield Case(f"value-{i}", {"config.yaml": BASE}, [f"a={value}"])
    for i in range(140):
        key = rng.choice(KEYS)
        prefix = rng.choice(["", "", "+", "++", "~"])
        value = rng.choice(["5", "text", "null", "[1,2]", "{p:1,q:{r:2}}", "{x:99}", "{}", "'${d.x}'", "${b}", "1", "10", "true", "???"])
        line = prefix + key + ("" if prefix == "~" and rng.random() < 0.6 else "=" + value)
        more = [rng.choice(["", "+"]) + rng.choice(KEYS) + "=7"] if rng.random() < 0.3 else []
        yield Case(f"override-{i}", {"config.yaml": BASE}, [line] + more)
    for i, line in enumerate(["a", "=5", "a==5", "a b=1", "+a", "~", "+=1", "a.=1", ".a=1", "a..b=1", "a[0]=1", "1=2", "a.1=2", "d@e=1", "x/y=1", "~nothing", "~a=1", "~a=2", "~d.deep", "~list.0", "++new.deep.er=1", "a= 5", "a =5", " a=5", "b='a\\nb'",
                              "+new=${d.x}", "+new='pre ${a}'", "+new=${d.deep}", "+new=${.a}", "+d.new=${.x}", "+d.new=${..a}", "+new={k: ${a}}", "+new=[${a},${b}]", "+new=${oc.env:GOETIA_CASE}", "+new=${nowhere}", "ref=1", "refmap={x:1}", "refmap.x=5"]):
        yield Case(f"line-{i}", {"config.yaml": BASE}, [line], {"GOETIA_CASE": "from env"})


def reference_cases(rng):
    environment = {"GOETIA_CASE": "from env", "GOETIA_NUMBER": "42"}
    for i, reference in enumerate(REFERENCES):
        yield Case(f"reference-{i}", {"config.yaml": REFERENCE_BASE.replace("REFERENCE", quoted(reference))}, [], environment)
    for i in range(40):
        text = "".join(rng.choice(["x", " ", "-", "${a}", "${d.x}", "${.sibling}", "${holder.sibling}", "\\${a}", "${oc.env:GOETIA_CASE}", "${f}", "${d.deep.z}"]) for _ in range(rng.randint(2, 5)))
        yield Case(f"mixed-{i}", {"config.yaml": REFERENCE_BASE.replace("REFERENCE", quoted(text))}, [], environment)
    cycles = ["a: ${a}\n", "a: ${b}\nb: ${a}\n", "a: ${b}\nb: ${c}\nc: ${a}\n", "a: {b: '${a}'}\n", "a: {x: '${b}'}\nb: {y: '${a}'}\n", "a: 'x${a}'\n", "a: [1, '${a}']\n", "a: {b: '${a.c}', c: 1}\n", "a: {b: {c: '${..d}'}, d: 2}\n"]
    for i, text in enumerate(cycles):
        yield Case(f"cycle-{i}", {"config.yaml": text})


def tree_files(rng):
    """A random tree: groups db (mysql, pg, with a nested engine), server (small, big), some packages and overrides."""
    package = rng.choice(["", "", "", "# @package _global_\n", "# @package app.db\n", "#@package other\n"])
    nested = rng.choice(["", "", "defaults:\n  - engine: inno\n", "defaults:\n  - engine: inno\n  - _self_\n", "defaults:\n  - _self_\n  - engine: inno\n", "defaults:\n  - engine@motor: isam\n", "defaults:\n  - base_db\n", "defaults:\n  - /common\n",
                         "defaults:\n  - /server@inner: small\n", "defaults:\n  - override /server: big\n", "defaults:\n  - engine@_here_: inno\n", "defaults:\n  - engine: [inno, isam]\n"])
    return {
        "db/mysql.yaml": package + nested + "driver: mysql\nport: 3306\nshared: from_mysql\nopts: {a: 1, b: 2}\n",
        "db/pg.yaml": "driver: pg\nport: 5432\nopts: {b: 20, c: 30}\n",
        "db/base_db.yaml": "timeout: 10\nport: 1\n",
        "db/engine/inno.yaml": "kind: inno\nshared: from_inno\n",
        "db/engine/isam.yaml": "kind: isam\nextra: 1\n",
        "server/small.yaml": "size: 1\nname: ${db.driver}-s\n" if rng.random() < 0.2 else "size: 1\n",
        "server/big.yaml": rng.choice(["size: 100\n", "# @package _global_\nserver: {size: 100}\ntop: 1\n", "# a comment\n# @package srv\nsize: 100\n"]),
        "common.yaml": "common: yes\nname: common\n",
        "experiment/fast.yaml": "# @package _global_\n" + rng.choice(["defaults:\n  - override /db: pg\n  - _self_\n", "defaults:\n  - override /db: pg\n  - override /server: big\n", "defaults:\n  - /common\n", ""]) + "epochs: 1\nname: fast\n",
    }


DEFAULTS = ["db: mysql", "db: pg", "server: small", "server: big", "common", "_self_", "optional db: none", "optional nothing", "optional gone: x", "db@backup: pg", "db@_global_: mysql", "server@db.host: small", "/db: mysql", "experiment: fast", "db: null",
            "server: [small, big]", "db/engine: isam", "db/engine: inno", "override db: pg", "override server: big", "server: ???", "db: ${server}", "optional server: ${db}", "db: absent", "db@x: mysql", "db@y: pg", "db/mysql", "server/small"]

GROUP_OVERRIDES = ["db=pg", "db=mysql", "server=big", "+server=small", "+db=pg", "~db", "~db=pg", "~server", "db@backup=mysql", "+db@second=pg", "db=null", "+experiment=fast", "db=nope", "db=[mysql,pg]", "db/engine=isam", "+db/engine=isam", "server@db.host=big",
                   "++db=pg", "db.port=1", "+db.extra=2", "db={port:5}", "db@x=pg", "server=1", "+common=1", "db@_global_=pg", "~db@backup", "name=n", "epochs=9", "+db@_global_=pg"]


def tree_cases(rng):
    for i in range(220):
        files = tree_files(rng)
        entries = rng.sample(DEFAULTS, rng.randint(1, 4))
        if rng.random() < 0.6:
            entries.sort(key=lambda e: e.startswith("override"))
        if rng.random() < 0.5 and "db: mysql" not in entries:
            entries.insert(0, "db: mysql")
        content = rng.choice(["", "name: primary\n", "db: {port: 9}\nname: primary\n", "server: {size: 7}\n", "epochs: 3\ndb: {opts: {z: 26}}\n"])
        files["config.yaml"] = rng.choice(["", "", "", "# @package root\n"]) + "defaults:\n" + "".join(f"  - {e}\n" for e in entries) + content
        overrides = rng.sample(GROUP_OVERRIDES, rng.choice([0, 0, 1, 1, 2]))
        yield Case(f"tree-{i}", files, overrides)
    merges = [("a: {x: 1}\n", "a: {y: 2}\n"), ("a: {x: 1}\n", "a: 5\n"), ("a: 5\n", "a: {x: 1}\n"), ("a: [1, 2]\n", "a: [3]\n"), ("a: [1]\n", "a: {x: 1}\n"), ("a: {x: 1}\n", "a: [1]\n"), ("a: 1\n", "a: ???\n"), ("a: ???\n", "a: 1\n"), ("a: {x: 1}\n", "a: ???\n"),
              ("a: null\n", "a: {x: 1}\n"), ("a: {x: 1}\n", "a: null\n"), ("b: {x: 1}\na: ${b}\n", "a: {y: 2}\n"), ("b: 5\na: ${b}\n", "a: {y: 2}\n"), ("a: {x: {y: {z: 1}}}\n", "a: {x: {y: {w: 2}}}\n"), ("a: {b: 1, c: 2}\n", "c: 1\na: {c: 3, d: 4}\n")]
    for i, (first, second) in enumerate(merges):
        yield Case(f"merge-{i}", {"base.yaml": first, "config.yaml": "defaults:\n  - base\n  - _self_\n" + second})


def sweep_cases(rng):
    values = ["1,2,3", "a,b", "0.1,0.01", "[1,2],[3]", "{x:1},{x:2}", "'a,b',c", "choice(1,2)", "choice(a,b,c)", "range(3)", "range(1,4)", "range(1,10,3)", "range(0,1,0.25)", "range(0,1,0.1)", "range(5,0,-2)", "range(start=1,stop=3)", "range(0)", "true,false", "null,1",
              "sort(3,1,2)", "sort(b,a,c,reverse=true)", "sort(choice(2,1))", "sort(range(5,0,-1))", "int(1.5,2.5)", "float(1,2)", "str(choice(1,2))", "choice(1.5)", "tag(t,choice(1,2))", "interval(0,1)", "choice()", "range(1,2,0)", "5", "'1,2'", "1e-3,1e-4", "choice(choice(1,2))", "1, 2",
              "a,", "choice(a,'b c')", "int(choice(1.5,2))", "range(1.0,3.0)", "choice([1,2],[3])", "choice({a:1})", "x\\,y,z", "bool(0,1)", "range(1,4,1.5)"]
    for i, value in enumerate(values):
        yield Case(f"sweep-{i}", {"config.yaml": BASE}, [f"a={value}"], {}, True)
    for i in range(15):
        lines = [f"{rng.choice(['a', 'b', 'd.x', 'd.y', '+new'])}={rng.choice(values[:16])}" for _ in range(rng.randint(2, 3))]
        yield Case(f"sweeps-{i}", {"config.yaml": BASE}, lines, {}, True)
    groups = {"db/mysql.yaml": "n: mysql\n", "db/pg.yaml": "n: pg\n", "db/pg2.yaml": "n: pg2\n", "config.yaml": "defaults:\n  - db: mysql\na: 1\n"}
    for i, line in enumerate(["db=mysql,pg", "db=glob(*)", "db=glob(pg*)", "db=glob([pg*,mysql],exclude=pg2)", "db=glob(z*)", "db=choice(mysql,pg)"]):
        yield Case(f"sweep-group-{i}", groups, [line, "a=1,2"], {}, True)


MOMENT = 1782889353  # the clock of both sides, 2026-07-01

OF_A_RUN = [
    "${now:%Y-%m-%d}", "${now:%Y-%m-%d_%H-%M-%S}", "at ${now:%H:%M} sharp", "${now:'%H:%M, %A'}", "${now:%j %U %W %a %b %p %I %y}", "${now:%f}", "<${now:%z%Z}>", "${now:%%}", "${now: %Y }", "${now:%d/%m/%y}", "${now:%c}", "${now:%s}",
    "${now:}", "${now:%Y,%m}", "${now:5}", "${now:null}", "${now:[%Y]}", "${now:${pattern}}", "${now:%${letter}}", "${oc.decode:${now:%Y}}", "${oc.env:GOETIA_NOT_SET,${now:%Y}}", "${now:text}", "${.pattern}${now:%m}", "\\${now:%Y}", "${noww:%Y}", "${now}",
    "${hydra:job.name}", "run-${hydra:job.name}-${now:%d}", "${hydra:job.config_name}", "${hydra:job.override_dirname}", "${hydra:overrides.task}", "${hydra:overrides.task.0}", "${hydra:overrides.task[1]}", "${hydra:runtime.cwd}", "${hydra:runtime.choices.db}",
    "${hydra:runtime.choices.${which}}", "${hydra:runtime.choices.server}/${hydra:runtime.choices.db}", "${hydra:'runtime.choices.db'}", "${hydra:}", "${hydra:job.name,x}", "${hydra:[job]}", "${hydra: job.name }", "${oc.select:nowhere,${hydra:job.name}}", "${hydra.job.name}",
    "\\\\${x}-${now:%Y}", "\\${x}-${now:%Y}",
]

RUN_FILES = {
    "db/mysql.yaml": "port: 3306\n", "db/pg.yaml": "port: 5432\n", "server/small.yaml": "size: 1\n", "server/big.yaml": "size: ${hydra:runtime.choices.db}\n",
}
RUN_CONFIG = "defaults:\n  - db: mysql\n  - server: small\n  - _self_\nwhich: db\npattern: '%Y'\nletter: Y\nx: 1\nholder: {pattern: p, value: REFERENCE}\ncopy: ${holder.value}\nwhole: ${holder}\n"

CHOSEN_FILES = {
    "conf/config.yaml": "defaults:\n  - db: mysql\n  - _self_\nname: ${hydra:job.name}\n", "conf/other.yaml": "defaults:\n  - base\n  - db: pg\nname: other\n", "conf/base.yaml": "base: 1\n",
    "conf/db/mysql.yaml": "port: 3306\n", "conf/db/pg.yaml": "defaults:\n  - engine: inno\nport: 5432\n", "conf/db/engine/inno.yaml": "kind: inno\n", "conf/app/small.yaml": "defaults:\n  - /db: pg\n  - part: one\n  - _self_\nsize: 1\n",
    "conf/app/part/one.yaml": "one: 1\n", "conf/app/config.yaml": "defaults:\n  - part: one\napp: 1\n", "conf/app/packed.yaml": "# @package _global_\nsize: 3\n", "conf/app/moved.yaml": "# @package deep.er\ndefaults:\n  - /base\nsize: 4\n", "config.yaml": "outer: 1\n",
}


def run_cases(rng):
    """Values of the run itself: ${now:...} and ${hydra:...}."""
    for i, reference in enumerate(OF_A_RUN):
        files = RUN_FILES | {"config.yaml": RUN_CONFIG.replace("REFERENCE", quoted(reference))}
        yield Case(f"run-{i}", files, ["x=2", "db=pg"], of_a_run=True)
        yield Case(f"run-more-{i}", files, rng.sample(["server=big", "+y='a b'", "which=server", "++x=[1,2]", "~letter", "+late=${now:%H}", "+db@second=mysql"], 2), of_a_run=True)


def chosen_cases(rng):
    """--config-path, --config-name and --cfg."""
    for i, (folder, name) in enumerate([("conf", "config"), ("conf", "config.yaml"), ("conf", "other"), ("conf", "base"), ("conf", "app/small"), ("conf", "app/config"), ("conf/app", "config"), ("conf/app", "small"), ("conf", "app/packed"), ("conf", "app/moved"), (".", "config"),
                                        (".", "conf/config"), ("conf", "oter"), ("conf", "db/pg"), ("conf/db", "pg"), ("conf", "app/none"), ("conf", "app")]):
        yield Case(f"chosen-{i}", CHOSEN_FILES, [], chosen=(folder, name), of_a_run=True)
        yield Case(f"chosen-more-{i}", CHOSEN_FILES, [rng.choice(["db=mysql", "+app=1", "+new=1", "db.port=1", "+db@second=pg"])], chosen=(folder, name), of_a_run=True)
    files = CHOSEN_FILES | {"conf/config.yaml": "defaults:\n  - db: pg\n  - _self_\nname: x-${now:%Y}\nref: ${db.port}\nlist: [1, {a: '${name}'}]\nhome: ${oc.env:HOME}\n"}
    for i, words in enumerate([("job",), ("job", "--resolve"), ("job", "--package", "db"), ("job", "--resolve", "--package", "list"), ("job", "--package", "list.1.a"), ("job", "--package", "name", "--resolve"), ("job", "--package", "_global_"), ("job", "--package", "nowhere"),
                               ("job", "--package", "db.engine"), ("job", "--package", "db.port.x"), ("job", "--package", "list[1]")]):
        yield Case(f"cfg-{i}", files, ["+more=1"], chosen=("conf", "config"), cfg=words, of_a_run=True)
        yield Case(f"cfg-more-{i}", files, ["db.port='${list.0}'"], chosen=("conf", "config"), cfg=words, of_a_run=True)


def all_cases(seed=3):
    rng = random.Random(seed)
    for kind in (scalar_cases, override_cases, reference_cases, tree_cases, sweep_cases, run_cases, chosen_cases):
        yield from kind(rng)
