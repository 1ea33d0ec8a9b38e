"""The Arrow PyCapsule protocol over ctypes: structs out of capsules and into them, without a dependency on Arrow.

A capsule that nobody consumed has to release its struct. Its destructor cannot be written in Python: the interpreter calls it also
with an exception on its way through the frames, in which no Python code may run, and after modules have been taken down. So the
capsules made here have none. They are kept in a list, and once no one else refers to one its struct is released: see sweep().
"""
from __future__ import annotations

import atexit
import ctypes
import gc
import sys
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from typing import Any, List, Tuple

# A table of functions of its own: prototypes that are set on ctypes.pythonapi are shared with every other module.
_api = ctypes.PyDLL(None)
_api.PyCapsule_New.restype = ctypes.py_object
_api.PyCapsule_New.argtypes = [c_void_p, c_char_p, c_void_p]
_api.PyCapsule_GetPointer.restype = c_void_p
_api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, c_char_p]
_api.PyMem_RawCalloc.restype = c_void_p
_api.PyMem_RawCalloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
_api.PyMem_RawFree.restype = None
_api.PyMem_RawFree.argtypes = [c_void_p]


class ArrowSchema(Structure):
    """struct ArrowSchema of the Arrow C Data Interface."""


class ArrowArray(Structure):
    """struct ArrowArray of the Arrow C Data Interface."""


class ArrowArrayStream(Structure):
    """struct ArrowArrayStream of the Arrow C Stream Interface."""


ArrowSchema._fields_ = [
    ("format", c_char_p), ("name", c_char_p), ("metadata", c_char_p), ("flags", c_int64), ("n_children", c_int64),
    ("children", c_void_p), ("dictionary", c_void_p), ("release", CFUNCTYPE(None, c_void_p)), ("private_data", c_void_p)]
ArrowArray._fields_ = [
    ("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64), ("n_children", c_int64),
    ("buffers", c_void_p), ("children", c_void_p), ("dictionary", c_void_p), ("release", CFUNCTYPE(None, c_void_p)),
    ("private_data", c_void_p)]
ArrowArrayStream._fields_ = [
    ("get_schema", CFUNCTYPE(c_int, c_void_p, c_void_p)), ("get_next", CFUNCTYPE(c_int, c_void_p, c_void_p)),
    ("get_last_error", CFUNCTYPE(c_char_p, c_void_p)), ("release", CFUNCTYPE(None, c_void_p)), ("private_data", c_void_p)]

_NAMES = {ArrowSchema: b"arrow_schema", ArrowArray: b"arrow_array", ArrowArrayStream: b"arrow_array_stream"}


# What was handed out: [capsule, kind, address]. Popping and extending are atomic, so sweeps of several threads do not meet.
_lent: List[List[Any]] = []
_alone = [[object()]]
_ALONE = sys.getrefcount(_alone[0][0])    # what the count of an item's capsule is when the item alone holds it


def sweep(_lent: List[List[Any]] = _lent, _count: Any = sys.getrefcount, _release: Any = ctypes.byref,
          _free: Any = _api.PyMem_RawFree, _ALONE: int = _ALONE) -> None:
    """Releases the structs of capsules that no one else refers to any more. All names are parameters: it may be run while the
    module is taken down."""
    kept = []
    while True:
        try:
            item = _lent.pop()
        except IndexError:
            break
        if _count(item[0]) > _ALONE:
            kept.append(item)
            continue
        struct = item[1].from_address(item[2])
        if struct.release:                    # a consumer that moved the struct out has set it to NULL
            struct.release(_release(struct))
        del struct
        _free(item[2])
    if kept:
        _lent.extend(kept)


def _collected(phase: str, _info: Any, _lent: List[List[Any]] = _lent, _sweep: Any = sweep) -> None:
    if _lent and phase == "stop":
        _sweep()


def _end() -> None:
    """What is still out when the interpreter ends is left to it."""
    gc.callbacks.remove(_collected)
    sweep()


gc.callbacks.append(_collected)
atexit.register(_end)


def new_capsule(kind: Any) -> Tuple[Any, int]:
    """(capsule, address) of a zeroed struct that lives as long as the capsule: fill it in, then hand the capsule on."""
    sweep()
    address = _api.PyMem_RawCalloc(1, ctypes.sizeof(kind))
    if not address:
        raise MemoryError
    capsule = _api.PyCapsule_New(address, _NAMES[kind], None)
    _lent.append([capsule, kind, address])
    return capsule, address


def address_of(capsule: Any, kind: Any) -> int:
    """The struct inside a capsule, by address; the capsule keeps owning it until someone moves it out."""
    address: int = _api.PyCapsule_GetPointer(capsule, _NAMES[kind])
    return address
