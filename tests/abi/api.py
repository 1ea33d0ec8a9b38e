#!/usr/bin/env python3
"""The public interface as the headers state it, and everything that is generated from it.

The header is the specification. This reads every installed header and writes, or with --check compares, the symbol map,
the Python declarations and the Java interface; other tests import it to know each function with its parameters.
Constants are frozen: constants.txt keeps each number that was ever given out, and --write only adds to it.

    api.py --check                 every generated file is what the headers say, every function is documented, no
                                   constant has changed or gone
    api.py --write                 writes them
    api.py --symbols FILE.so       exported symbols = declared functions, in both directions, each in the version node
                                   of the release that brought it
    api.py --misuse FILE.c         writes the program that misuses every function (misuse.py)
"""
import argparse
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
CONSTANTS = pathlib.Path(__file__).resolve().parent / "constants.txt"


class Parameter:
    def __init__(self, type_, name):
        self.type = type_
        self.name = name


class Function:
    def __init__(self, returns, name, parameters, doc, header):
        self.returns = returns
        self.name = name
        self.parameters = parameters
        self.doc = doc
        self.header = header


class Api:
    def __init__(self):
        self.functions = []
        self.constants = {}        # name -> int
        self.texts = {}            # name -> str, constants that are text
        self.handles = []
        self.numbers = {}          # typedef name -> C type
        self.callbacks = {}        # typedef name -> (returns, [Parameter])


def normal(type_):
    type_ = re.sub(r"\s+", " ", type_.strip())
    return re.sub(r"\s*\*\s*", " *", type_).replace("* *", "**").replace(" **", " **").strip()


def parameters_of(text):
    text = " ".join(text.split())
    if text in ("void", ""):
        return []
    result = []
    for part in text.split(","):
        part = part.strip()
        array = re.match(r"(.*?)(\w+)\[\d*\]$", part)
        if array:
            result.append(Parameter(normal(array.group(1) + "*"), array.group(2)))
            continue
        match = re.match(r"(.*?)(\w+)$", part)
        if not match or not match.group(1).strip():
            raise SystemExit(f"a parameter without a name: {part!r}")
        result.append(Parameter(normal(match.group(1)), match.group(2)))
    return result


def read_header(api, path):
    text = path.read_text(encoding="utf-8")
    name = str(path.relative_to(INCLUDE))
    bare = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)
    for match in re.finditer(r"^#define (CSTM_\w+) \(?(-?\d+)\)?\s*$", bare, re.M):
        if match.group(1) in api.constants:
            raise SystemExit(f"{name}: {match.group(1)} is defined twice")
        api.constants[match.group(1)] = int(match.group(2))
    for match in re.finditer(r'^#define (CSTM_\w+) "([^"]*)"\s*$', bare, re.M):
        api.texts[match.group(1)] = match.group(2)
    for match in re.finditer(r"^#define (\w+)(.*)$", bare, re.M):
        if not re.match(r"(CSTM_|LIBCUSTOMER_\w*H$|ARROW_)", match.group(1)):
            raise SystemExit(f"{name}: the macro {match.group(1)} lacks the prefix")
        if match.group(1).startswith("CSTM_") and match.group(1) != "CSTM_API" \
                and match.group(1) not in api.constants and match.group(1) not in api.texts:
            raise SystemExit(f"{name}: {match.group(1)} is neither a number nor a text")
    for match in re.finditer(r"\btypedef\b[^;]*;", bare):
        if not re.search(r"\bcstm_\w+(\)\(.*\))?;$", " ".join(match.group(0).split())):
            raise SystemExit(f"{name}: the type of {match.group(0)!r} lacks the prefix")
    for match in re.finditer(r"typedef struct (cstm_\w+) (cstm_\w+);", bare):
        if match.group(1) not in api.handles:
            api.handles.append(match.group(1))
    for match in re.finditer(r"typedef (u?int\d+_t) (cstm_\w+);", bare):
        api.numbers[match.group(2)] = match.group(1)
    for match in re.finditer(r"typedef (\w[\w ]*?) \(\*(cstm_\w+)\)\((.*?)\);", bare, re.S):
        api.callbacks[match.group(2)] = (normal(match.group(1)), parameters_of(match.group(3)))
    for match in re.finditer(r"CSTM_API ([^;{]*?)(cstm_\w+)\(([^;]*?)\);", bare, re.S):
        before = text[: match.start()].rstrip()
        doc = ""
        if before.endswith("*/"):
            doc = before[before.rindex("/**"):] if "/**" in before else ""
        api.functions.append(
            Function(normal(match.group(1)), match.group(2), parameters_of(match.group(3)), doc, name))
    declared = len(re.findall(r"\bCSTM_API\b", bare)) - len(re.findall(r"#define CSTM_API", bare))
    found = sum(1 for f in api.functions if f.header == name)
    if declared != found:
        raise SystemExit(f"{name}: {declared} declarations, but {found} could be read")


def read_api():
    api = Api()
    for path in sorted(INCLUDE.glob("libcustomer/*.h")):
        read_header(api, path)
    names = [f.name for f in api.functions]
    if len(set(names)) != len(names):
        raise SystemExit("a function is declared twice")
    return api


# ---------------------------------------------------------------------------------------------------- documentation

def check_docs(api):
    """Each function says what its parameters are, what it returns, its thread word and since when."""
    faults = []
    for function in api.functions:
        where = f"{function.header}: {function.name}"
        if not function.doc:
            faults.append(f"{where}: no documentation")
            continue
        documented = re.findall(r"@param (?:\[[^\]]*\] )?(\w+)", function.doc)
        if documented != [p.name for p in function.parameters]:
            faults.append(f"{where}: parameters {[p.name for p in function.parameters]}, documented {documented}")
        if (function.returns != "void") != ("@return" in function.doc):
            faults.append(f"{where}: @return does not match the type {function.returns}")
        if not re.search(r"@thread \S", function.doc):
            faults.append(f"{where}: no @thread")
        if not re.search(r"@since \d+\.\d+", function.doc):
            faults.append(f"{where}: no @since")
        if function.returns == "cstm_status" and function.name.startswith("cstm_") \
                and (not function.parameters or function.parameters[-1].type != "cstm_error **") \
                and not re.match(r"cstm_(error_code|outcome_status|explanation_status)|cstm_\w+_status$", function.name):
            faults.append(f"{where}: can fail but takes no cstm_error ** last")
        for parameter in function.parameters:
            if re.search(r"\b(long|bool|enum|unsigned|short)\b|\bint\b", parameter.type):
                faults.append(f"{where}: {parameter.type} {parameter.name} has no fixed width")
    return faults


# ------------------------------------------------------------------------------------------------------- symbol map

def symbol_map(api):
    releases = {}
    for function in api.functions:
        since = re.search(r"@since (\d+\.\d+)", function.doc).group(1)
        releases.setdefault(since, []).append(function.name)
    out = []
    previous = ""
    for since in sorted(releases, key=lambda v: [int(x) for x in v.split(".")]):
        out.append(f"LIBCUSTOMER_{since} {{\n  global:")
        out += [f"    {name};" for name in sorted(releases[since])]
        if not previous:
            out.append("  local:\n    *;")
        out.append(f"}}{previous};\n")
        previous = f" LIBCUSTOMER_{since}"
    return "\n".join(out)


# ----------------------------------------------------------------------------------------------------------- Python

CTYPES = {
    "void": "None", "int32_t": "c_int32", "int64_t": "c_int64", "uint8_t": "c_uint8", "uint32_t": "c_uint32",
    "uint64_t": "c_uint64", "size_t": "c_size_t", "double": "c_double", "uint16_t": "c_uint16",
}


def base_type(api, type_):
    bare = type_.replace("const ", "").replace("struct ", "")
    stars = bare.count("*")
    return bare.replace("*", "").strip(), stars


def python_type(api, type_, returns=False):
    base, stars = base_type(api, type_)
    if base in api.callbacks:
        return base
    if stars == 0:
        return CTYPES[api.numbers.get(base, base)]
    if base == "char" and stars == 1:
        return "c_char_p" if "const" in type_ else "c_void_p"
    if base == "char" and stars == 2:
        return "c_void_p"
    if base in api.handles or base == "void" or base.startswith("Arrow"):
        return "c_void_p" if stars == 1 else "POINTER(c_void_p)"
    return f"POINTER({CTYPES[api.numbers.get(base, base)]})" if stars == 1 else "c_void_p"


def python_declarations(api):
    out = ['"""Generated from the public headers by tests/abi/api.py: do not edit."""',
           "from ctypes import (CFUNCTYPE, POINTER, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint8,",
           "                    c_void_p)", ""]
    for name, value in sorted(api.constants.items()):
        out.append(f"{name} = {value}")
    out.append("")
    for name, (returns, parameters) in api.callbacks.items():
        types = ", ".join([python_type(api, returns)] + [python_type(api, p.type) for p in parameters])
        out.append(f"{name} = CFUNCTYPE({types})")
    out += ["", "# name: (result, parameters)", "FUNCTIONS = {"]
    for function in api.functions:
        types = ", ".join(python_type(api, p.type) for p in function.parameters)
        returns = python_type(api, function.returns)
        if returns == "c_char_p" and any(p.type == "size_t *" for p in function.parameters):
            returns = "c_void_p"    # text with a size may hold a NUL, which c_char_p would end at
        entry = f'    "{function.name}": ({returns}, [{types}]),'
        if len(entry) > 100:
            entry = f'    "{function.name}": (\n        {returns},\n        ' + \
                "\n        ".join(textwrap.wrap(f"[{types}]),", 90))
        out.append(entry)
    out.append("}")
    used = "\n".join(out[4:])
    names = [n for n in ("CFUNCTYPE", "POINTER", "c_char_p", "c_double", "c_int32", "c_int64", "c_size_t", "c_uint16",
                         "c_uint32", "c_uint64", "c_uint8", "c_void_p") if re.search(rf"\b{n}\b", used)]
    out[1:3] = textwrap.wrap("from ctypes import (" + ", ".join(names) + ")", 98, subsequent_indent=" " * 20)
    return "\n".join(out) + "\n"


# ------------------------------------------------------------------------------------------------------------- Java

JAVA = {"void": "void", "int32_t": "int", "int64_t": "long", "uint8_t": "byte", "double": "double", "size_t": "long",
        "uint32_t": "int", "uint64_t": "long"}
JAVA_ARRAYS = {"char": "byte[]", "uint8_t": "byte[]", "int32_t": "int[]", "int64_t": "long[]", "uint64_t": "long[]",
               "size_t": "long[]", "double": "double[]"}


def java_type(api, type_, returns=False):
    """Handles and addresses are long (the binding serves 64-bit machines); what the caller allocates is an array."""
    base, stars = base_type(api, type_)
    if base in api.callbacks:
        return "".join(w.capitalize() for w in base.replace("cstm_", "").split("_"))
    if stars == 0:
        return JAVA[api.numbers.get(base, base)]
    number = api.numbers.get(base, base)
    if stars == 1:
        return "long" if returns or number not in JAVA_ARRAYS else JAVA_ARRAYS[number]
    return "long[]"


def java_interface(api):
    out = ["// Generated from the public headers by tests/abi/api.py: do not edit.",
           "package org.libcustomer;", "",
           "import com.sun.jna.Callback;", "import com.sun.jna.Pointer;", "",
           "/** Every public function of the C library, bound by name. Not public: the classes of this package are. */",
           "final class Abi {"]
    for name, value in sorted(api.constants.items()):
        kind, suffix = ("long", "L") if abs(value) > 2**31 - 1 else ("int", "")
        out.append(f"    static final {kind} {name} = {value}{suffix};")
    out += ["", "    static {", "        Loader.register(Abi.class);", "    }", "", "    private Abi() {", "    }", ""]
    for name, (returns, parameters) in api.callbacks.items():
        types = ", ".join(f"{'Pointer' if '*' in p.type else java_type(api, p.type)} {p.name}" for p in parameters)
        out += [f"    interface {java_type(api, name)} extends Callback {{",
                f"        {java_type(api, returns)} invoke({types});", "    }", ""]
    for function in api.functions:
        types = ", ".join(f"{java_type(api, p.type)} {camel(p.name)}" for p in function.parameters)
        line = f"    static native {java_type(api, function.returns, True)} {function.name}({types});"
        if len(line) > 110:
            head, tail = line.split("(", 1)
            line = head + "(\n" + "\n".join(textwrap.wrap(tail, 100, initial_indent=" " * 12, subsequent_indent=" " * 12))
        out.append(line)
        out.append("")
    out[-1] = "}"
    return "\n".join(out) + "\n"


def camel(name):
    head, *tail = name.split("_")
    return head + "".join(w.capitalize() for w in tail)


# -------------------------------------------------------------------------------------------------------- constants

def frozen_constants():
    """What constants.txt holds: name -> number as text, or the text in quotes."""
    frozen = {}
    if CONSTANTS.exists():
        for line in CONSTANTS.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, value = line.split(" ", 1)
                frozen[name] = value
    return frozen


def stated_constants(api):
    """What the headers say, but the version, which is to change."""
    stated = {name: str(value) for name, value in api.constants.items()}
    stated.update({name: f'"{text}"' for name, text in api.texts.items()})
    return {name: value for name, value in stated.items() if not name.startswith("CSTM_VERSION_")}


def write_constants(api):
    frozen = {**stated_constants(api), **frozen_constants()}
    CONSTANTS.write_text(
        "# Every constant that was ever given out, with its number. Lines are only added, by api.py --write: callers have\n"
        "# the numbers compiled in.\n" + "".join(f"{name} {frozen[name]}\n" for name in sorted(frozen)), encoding="utf-8")


def check_constants(api):
    frozen, stated = frozen_constants(), stated_constants(api)
    faults = [f"constants: {name} was {frozen[name]} and is {stated.get(name, 'gone')}"
              for name in sorted(frozen) if stated.get(name) != frozen[name]]
    faults += [f"constants: {name} is new: run tests/abi/api.py --write" for name in sorted(set(stated) - set(frozen))]
    version = re.search(r"\bversion: '(\d+)\.(\d+)\.(\d+)'", (ROOT / "meson.build").read_text(encoding="utf-8")).groups()
    parts = tuple(str(api.constants[f"CSTM_VERSION_{part}"]) for part in ("MAJOR", "MINOR", "PATCH"))
    if parts != version:
        faults.append(f"CSTM_VERSION_* say {'.'.join(parts)}, meson.build {'.'.join(version)}")
    return faults


# ----------------------------------------------------------------------------------------------------------- checks

GENERATED = {
    "lib/libcustomer.map": symbol_map,
    "bindings/python/libcustomer/_declarations.py": python_declarations,
    "bindings/java/src/main/java/org/libcustomer/Abi.java": java_interface,
}


def check_symbols(api, library):
    lines = subprocess.run(["nm", "-D", "--defined-only", "--with-symbol-versions", library], check=True,
                           capture_output=True, text=True).stdout
    nodes = {}
    for line in lines.splitlines():
        symbol, kind = line.split()[-1], line.split()[-2]
        if kind in "TDBRWVi":
            name, _, node = symbol.partition("@")
            nodes[name] = node.lstrip("@")
    declared = {f.name: "LIBCUSTOMER_" + re.search(r"@since (\d+\.\d+)", f.doc).group(1) for f in api.functions}
    faults = [f"exported but not declared: {n}" for n in sorted(set(nodes) - set(declared))]
    faults += [f"declared but not exported: {n}" for n in sorted(set(declared) - set(nodes))]
    faults += [f"{n} is in version {nodes[n] or 'none'}, not {declared[n]}"
               for n in sorted(set(declared) & set(nodes)) if nodes[n] != declared[n]]
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--symbols")
    parser.add_argument("--misuse")
    options = parser.parse_args()
    api = read_api()
    faults = []
    if options.write:
        for name, make in GENERATED.items():
            path = ROOT / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(make(api), encoding="utf-8")
        write_constants(api)
    if options.check:
        faults += check_docs(api)
        faults += check_constants(api)
        for name, make in GENERATED.items():
            path = ROOT / name
            if not path.exists() or path.read_text(encoding="utf-8") != make(api):
                faults.append(f"{name} is not what the headers say: run tests/abi/api.py --write")
    if options.symbols:
        faults += check_symbols(api, options.symbols)
    if options.misuse:
        import misuse
        pathlib.Path(options.misuse).write_text(misuse.program(api), encoding="utf-8")
    for fault in faults:
        print(fault)
    if options.check or options.symbols:
        print(f"{len(api.functions)} functions, {len(api.constants)} constants: "
              + ("as declared" if not faults else f"{len(faults)} faults"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
