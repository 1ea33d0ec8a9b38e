#!/usr/bin/env python3
"""The public interface as the headers state it, and everything that is generated from it.

The header is the specification. This reads every installed header and writes, or with --check compares, the symbol map,
the Python declarations and the Java interface; other tests import it to know each function with its parameters.

    api.py --check                 every generated file is what the headers say, and every function is documented
    api.py --write                 writes them
    api.py --symbols FILE.so       exported symbols = declared functions, in both directions
    api.py --misuse FILE.c         writes the program that calls every function with NULL, foreign and freed handles
"""
import argparse
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"


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
    for match in re.finditer(r"^#define (\w+)(.*)$", bare, re.M):
        if not re.match(r"(CSTM_|LIBCUSTOMER_\w*H$|ARROW_)", match.group(1)):
            raise SystemExit(f"{name}: the macro {match.group(1)} lacks the prefix")
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


# --------------------------------------------------------------------------------------------------------- misuse

def misuse_program(api):
    """Each function is called with everything NULL; then, for each handle parameter in turn, with a foreign handle and with
    the remains of a freed one. A function that returns a status must say CSTM_ERROR_MISUSE and set the error; others must
    return; nothing may crash. Foreign handles are memory of the right size that no constructor made."""
    out = ["/* Generated from the public headers by tests/abi/api.py. */",
           "#include <libcustomer.h>", "", "#include <stdio.h>", "#include <string.h>", "",
           "static int passed, failed;", "",
           "static void",
           "expect(int ok, const char *what)",
           "{",
           "    if (ok) {\n        passed++;\n    } else {\n        failed++;\n        printf(\"misuse not refused: %s\\n\", what);\n    }",
           "}", "",
           "int", "main(void)", "{",
           "    /* Two shapes of a foreign pointer: all zeros, and the tag that a freed handle carries. */",
           "    _Alignas(16) unsigned char zeros[4096];",
           "    _Alignas(16) unsigned char freed[4096];",
           "    memset(zeros, 0, sizeof zeros);",
           "    for (size_t i = 0; i + 4 <= sizeof freed; i += 4)",
           "        memcpy(freed + i, \"eerf\", 4);",
           "    (void) zeros;", "    (void) freed;", ""]
    sinks = 0
    for function in api.functions:
        handle_at = [i for i, p in enumerate(function.parameters)
                     if base_type(api, p.type)[1] == 1 and base_type(api, p.type)[0] in api.handles]
        variants = [(None, None)] + [(i, shape) for i in handle_at for shape in ("zeros", "freed")]
        for at, shape in variants:
            arguments, uses_error = [], False
            for i, parameter in enumerate(function.parameters):
                base, stars = base_type(api, parameter.type)
                if i == at:
                    arguments.append(f"({parameter.type}) {shape}")
                elif parameter.type == "cstm_error **":
                    arguments.append("&error")
                    uses_error = True
                elif stars or base in api.callbacks:
                    arguments.append("NULL")
                else:
                    arguments.append("0")
            label = function.name + (f" ({function.parameters[at].name}: {shape})" if at is not None else " (all NULL)")
            call = f"{function.name}({', '.join(arguments)})"
            out.append("    {")
            if uses_error:
                out.append("        cstm_error *error = (cstm_error *) zeros;")
            if function.returns == "cstm_status" and uses_error:
                out.append(f"        cstm_status status = {call};")
                out.append(f"        expect(status == CSTM_ERROR_MISUSE && cstm_error_code(error) == CSTM_ERROR_MISUSE, \"{label}\");")
                out.append("        if (error != (cstm_error *) zeros)\n            cstm_error_free(error);")
            elif function.returns == "void":
                out.append(f"        {call};\n        expect(1, \"{label}\");")
            else:
                out.append(f"        (void) {call};\n        expect(1, \"{label}\");")
                sinks += 1
            out.append("    }")
    out += ["", "    printf(\"%d passed, %d failed\\n\", passed, failed);", "    return failed != 0;", "}"]
    return "\n".join(out) + "\n"


# ----------------------------------------------------------------------------------------------------------- checks

GENERATED = {
    "lib/libcustomer.map": symbol_map,
    "bindings/python/libcustomer/_declarations.py": python_declarations,
    "bindings/java/src/main/java/org/libcustomer/Abi.java": java_interface,
}


def check_symbols(api, library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    exported = {line.split()[-1].split("@")[0] for line in lines.splitlines() if line.split()[-2] in "TDBRWV"}
    exported = {name for name in exported if not name.startswith("LIBCUSTOMER_")}
    declared = {f.name for f in api.functions}
    faults = [f"exported but not declared: {n}" for n in sorted(exported - declared)]
    faults += [f"declared but not exported: {n}" for n in sorted(declared - exported)]
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
    if options.check:
        faults += check_docs(api)
        for name, make in GENERATED.items():
            path = ROOT / name
            if not path.exists() or path.read_text(encoding="utf-8") != make(api):
                faults.append(f"{name} is not what the headers say: run tests/abi/api.py --write")
    if options.symbols:
        faults += check_symbols(api, options.symbols)
    if options.misuse:
        pathlib.Path(options.misuse).write_text(misuse_program(api), encoding="utf-8")
    for fault in faults:
        print(fault)
    if options.check or options.symbols:
        print(f"{len(api.functions)} functions, {len(api.constants)} constants: "
              + ("as declared" if not faults else f"{len(faults)} faults"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
