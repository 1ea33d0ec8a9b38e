"""The program that misuses every function of the interface, generated from the headers so that none is forgotten.

Of a function that can fail, each call must return CSTM_ERROR_MISUSE (for a number that its documentation gives a range,
CSTM_ERROR_RANGE will do; for a type, CSTM_ERROR_TYPE), set the error, and leave what its outputs point at as it was. Of a getter, each call must give what it gives for
NULL: its documented sentinel. Nothing may crash, and afterwards every living handle still works. Tried are:

    everything NULL, with and without an error to be set
    each handle in turn: memory that no constructor made, the remains of a freed handle, a living handle of another kind
    each other pointer that is not said to be nullable in turn NULL, all else valid
    each number that is an index, a part or a choice in turn out of range, all else valid

Valid arguments come from living.h (one handle of every kind) and from the tables here, by parameter name.
"""
import re

# Numbers that every value of is valid, or whose limits their own room's tests know.
FREE_NUMBERS = {"value", "minor", "day", "after", "until", "status", "end_of_day"}
# Valid numbers by name; others are 0, which is the first of any list.
NUMBERS = {"size": "2", "id_size": "0", "rows": "1", "capacity": "32", "as_of": "LIVING_AS_OF", "time": "LIVING_AS_OF",
           "at": "LIVING_AS_OF", "from": "LIVING_AS_OF", "instant": "LIVING_AS_OF", "minor": "100", "n_threads": "1", "n_bands": "2",
           "part": "CSTM_PART_FEATURE", "type": "CSTM_TYPE_INT", "how": "CSTM_MONEY_MINOR", "count": "4", "delimiter": "';'",
           "parts": "CSTM_RUN_ALL", "n_cuts": "1", "points_to_double": "20", "odds": "19", "kind": "1"}
TEXTS = {"currency": '"CNY"', "zone": '"Asia/Shanghai"', "name": '"number"', "path": '"/nonexistent/file"', "text": '"12"',
         "input": '"number"', "reason": '"CODE"', "key": '"c1"', "id": "NULL"}
# Valid arguments that differ for one function, and calls that are no misuse: an event does not know the profile that it will be
# recorded into, so any entity may be there.
ARGUMENTS = {("cstm_csv_add_column", "name"): '"another"', ("cstm_layout_add_column", "name"): '"another"'}
# Of a layout, -1 is no padding, a written point, and the last record.
NO_MISUSE = {("cstm_event_set_entity", "entity", "INT32_MAX"), ("cstm_layout_set_padding", "left", "-1"),
             ("cstm_layout_set_padding", "right", "-1"), ("cstm_layout_set_number", "decimals", "-1"), ("cstm_layout_add_total", "record", "-1")}


def base_type(type_):
    bare = type_.replace("const ", "").replace("struct ", "")
    return bare.replace("*", "").strip(), bare.count("*")


def said_of(function, parameter):
    """What the documentation says of a parameter."""
    match = re.search(rf"@param (?:\[[^\]]*\] )?{parameter.name}\b(.*?)(?=\n \* @|\*/)", function.doc, re.S)
    return " ".join(match.group(1).replace("\n *", " ").split()) if match else ""


def frees(function):
    return function.name.endswith(("_free", "_unref"))


class Writer:
    def __init__(self, api):
        self.api = api
        self.lines = []

    def is_handle(self, parameter):
        base, stars = base_type(parameter.type)
        return stars == 1 and base in self.api.handles

    def is_output(self, parameter):
        """A pointer to what the call writes."""
        base, stars = base_type(parameter.type)
        if parameter.type == "cstm_error **" or "const" in parameter.type or base in ("void",) + tuple(self.api.callbacks):
            return False
        return stars == 2 or (stars == 1 and base not in self.api.handles)

    def is_number(self, parameter):
        base, stars = base_type(parameter.type)
        return stars == 0 and base not in self.api.callbacks and base != "double"

    def valid(self, parameter, function=None):
        if function is not None and (function.name, parameter.name) in ARGUMENTS:
            return ARGUMENTS[function.name, parameter.name]
        base, stars = base_type(parameter.type)
        if parameter.type == "cstm_error **":
            return "&error"
        if base in self.api.callbacks or base == "void":
            return "NULL"
        if self.is_handle(parameter):
            return f"living.{base.replace('cstm_', '')}"
        if self.is_output(parameter):
            return f"({parameter.type}) output"
        if stars and base == "char":
            return TEXTS.get(parameter.name, "bytes")
        if stars:
            return f"({parameter.type}) numbers"
        return NUMBERS.get(parameter.name, "0")

    def null(self, parameter):
        base, stars = base_type(parameter.type)
        if parameter.type == "cstm_error **":
            return "&error"
        return "NULL" if stars or base in self.api.callbacks else "0"

    def call(self, function, arguments, label, other="CSTM_ERROR_MISUSE"):
        """One call and what is expected of it. Arguments are C expressions, one a parameter."""
        call = f"{function.name}({', '.join(arguments)})"
        error = any(p.type == "cstm_error **" for p in function.parameters)
        out = self.lines
        if function.returns == "cstm_status" and error:
            if "&error" in arguments:
                out.append(f'    refused(({call}), &error, {other}, "{label}");')
            else:
                out.append(f'    expect({call} == CSTM_ERROR_MISUSE, "{label}");')
            return
        if function.returns == "void":
            out.append(f'    {call};\n    expect(1, "{label}");')
            return
        nothing = f"{function.name}({', '.join(self.null(p) for p in function.parameters)})"
        same = {"double": "same_double", "const char *": "same_text"}.get(function.returns)
        if same is None and function.returns.endswith("*"):
            same = "same_pointer"
        out.append(f'    expect({same or "same_number"}({call}, {nothing}), "{label}");')

    def handle_calls(self, function, index):
        parameter = function.parameters[index]
        base, _ = base_type(parameter.type)
        other = "living.table" if base == "cstm_cancel" else "living.cancel"
        if "nullable" in said_of(function, parameter) and function.returns == "cstm_status" and not self.others_needed(function, index):
            return      # a cancel that may be left out and nothing else to refuse: covered by the other pointers
        for shape, expression in (("zeros", "zeros"), ("freed", "freed"), ("another kind", other)):
            for rest in ("NULL", "valid"):
                if rest == "valid" and frees(function):
                    continue
                arguments = [f"({parameter.type}) {expression}" if i == index else (self.null(p) if rest == "NULL" else self.valid(p, function))
                             for i, p in enumerate(function.parameters)]
                self.call(function, arguments, f"{function.name} ({parameter.name}: {shape}, others {rest})")

    def others_needed(self, function, index):
        return any(i != index and self.is_handle(p) for i, p in enumerate(function.parameters))

    def null_calls(self, function, index):
        parameter = function.parameters[index]
        if base_type(parameter.type)[0] == "void":
            return
        if function.returns != "cstm_status" or "NULL" in said_of(function, parameter) or "nullable" in said_of(function, parameter):
            return
        arguments = ["NULL" if i == index else self.valid(p, function) for i, p in enumerate(function.parameters)]
        self.call(function, arguments, f"{function.name} ({parameter.name}: NULL, others valid)")

    def number_calls(self, function, index):
        parameter = function.parameters[index]
        base, _ = base_type(parameter.type)
        kind = self.api.numbers.get(base, base)
        if parameter.name in FREE_NUMBERS or kind not in ("int32_t", "int64_t") or frees(function):
            return
        if kind == "int64_t" and parameter.name not in ("row", "item", "rows"):
            return
        if function.returns == "const cstm_error *" or not any(self.is_handle(p) for p in function.parameters):
            return
        for value in ("INT32_MIN", "-1", "INT32_MAX"):
            if parameter.name == "rows" and value == "INT32_MAX":
                continue        # more rows than the arrays have: the caller's word is all there is
            if (function.name, parameter.name, value) in NO_MISUSE:
                continue
            arguments = [value if i == index else self.valid(p, function) for i, p in enumerate(function.parameters)]
            other = "CSTM_ERROR_TYPE" if parameter.name == "type" else \
                "CSTM_ERROR_RANGE" if "CSTM_ERROR_RANGE" in function.doc else "CSTM_ERROR_MISUSE"
            self.call(function, arguments, f"{function.name} ({parameter.name}: {value})", other)


HEAD = r"""/* Generated from the public headers by tests/abi/misuse.py. */
#include "living.h"

static int passed, failed;
static struct living living;

/* Foreign pointers: memory of the right size that no constructor made, and the tag that a freed handle carries. */
static _Alignas(16) unsigned char zeros[4096], freed[4096];
/* Where outputs would go, and valid inputs. */
static _Alignas(16) unsigned char output[256];
static _Alignas(16) unsigned char numbers[256];
static const char bytes[] = "12";

static void
expect(int ok, const char *what)
{
    if (ok) {
        passed++;
    } else {
        failed++;
        printf("misuse not refused: %s\n", what);
    }
    memset(output, 0xA5, sizeof output);    /* a getter may have written the size of its sentinel */
}

static void
refused(cstm_status status, cstm_error **error, cstm_status other, const char *what)
{
    int untouched = 1;
    for (size_t i = 0; i < sizeof output; i++)
        untouched &= output[i] == 0xA5;
    int code = status == CSTM_ERROR_MISUSE || status == other;
    int object = *error != (cstm_error *) zeros && cstm_error_code(*error) == status && cstm_error_message(*error)[0] != '\0';
    if (!code)
        printf("%s %s: ", cstm_status_name(status), *error != (cstm_error *) zeros ? cstm_error_message(*error) : "");
    else if (!object)
        printf("no error object: ");
    else if (!untouched)
        printf("an output was written: ");
    expect(code && object && untouched, what);
    if (*error != (cstm_error *) zeros)
        cstm_error_free(*error);
    *error = (cstm_error *) zeros;      /* it is written, never read */
}

static inline int
same_text(const char *one, const char *other)
{
    return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

static inline int
same_pointer(const void *one, const void *other)
{
    return one == other;
}

static inline int
same_number(int64_t one, int64_t other)
{
    return one == other;
}

static inline int
same_double(double one, double other)
{
    return memcmp(&one, &other, sizeof one) == 0;
}
"""


def program(api):
    writer = Writer(api)
    bodies = []
    for function in api.functions:
        writer.lines = []
        writer.call(function, [writer.null(p) for p in function.parameters], f"{function.name} (all NULL)") \
            if function.returns in ("cstm_status", "void") and function.parameters and any(base_type(p.type)[1] for p in function.parameters) \
            else writer.lines.append(f"    (void) {function.name}({', '.join(writer.null(p) for p in function.parameters)});")
        if function.returns == "cstm_status" and any(p.type == "cstm_error **" for p in function.parameters):
            writer.call(function, [writer.null(p) if p.type != "cstm_error **" else "NULL" for p in function.parameters],
                        f"{function.name} (all NULL, the error too)")
        for i, parameter in enumerate(function.parameters):
            if parameter.type == "cstm_error **":
                continue
            if writer.is_handle(parameter):
                writer.handle_calls(function, i)
            if base_type(parameter.type)[1] and not frees(function):
                writer.null_calls(function, i)
            if writer.is_number(parameter):
                writer.number_calls(function, i)
        needs_error = any("error" in line for line in writer.lines)
        body = [f"static void\ntry_{function.name}(void)", "{"]
        if any("&error" in line for line in writer.lines) or needs_error:
            body.append("    cstm_error *error = (cstm_error *) zeros;\n    (void) error;")
        bodies.append("\n".join(body + writer.lines + ["}"]))
    tail = ["int", "main(void)", "{",
            "    for (size_t i = 0; i + 4 <= sizeof freed; i += 4)", '        memcpy(freed + i, "eerf", 4);',
            "    memset(output, 0xA5, sizeof output);",
            "    if (!living_make(&living)) {", '        printf("0 passed, 1 failed: no living handles to begin with\\n");',
            "        return 1;", "    }"]
    tail += [f"    try_{function.name}();" for function in api.functions]
    tail += ["    /* What was misused still works. */",
             "    cstm_error *error;",
             "    expect(cstm_profile_evaluate(living.profile, LIVING_AS_OF, living.outcome, &error) == CSTM_OK, \"evaluating afterwards\");",
             "    cstm_result_free(living.result);",
             "    living.result = NULL;",
             "    expect(cstm_batch_run(living.batch, LIVING_AS_OF, &living.result, &error) == CSTM_OK, \"running afterwards\");",
             "    living_free(&living);",
             '    printf("%d passed, %d failed\\n", passed, failed);', "    return failed != 0;", "}"]
    return HEAD + "\n" + "\n\n".join(bodies) + "\n\n" + "\n".join(tail) + "\n"
