"""The Arrow PyCapsule protocol over ctypes: structs out of capsules and into them, without a dependency on Arrow."""
import ctypes
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p

_api = ctypes.pythonapi
_api.PyCapsule_New.restype = ctypes.py_object
_api.PyCapsule_New.argtypes = [c_void_p, c_char_p, c_void_p]
_api.PyCapsule_GetPointer.restype = c_void_p
_api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, c_char_p]
_api.PyCapsule_GetName.restype = c_char_p
_api.PyCapsule_GetName.argtypes = [ctypes.py_object]
_api.PyMem_RawCalloc.restype = c_void_p
_api.PyMem_RawCalloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
_api.PyMem_RawFree.restype = None
_api.PyMem_RawFree.argtypes = [c_void_p]


class ArrowSchema(Structure):
    pass


class ArrowArray(Structure):
    pass


class ArrowArrayStream(Structure):
    pass


ArrowSchema._fields_ = [
    ("format", c_char_p), ("name", c_char_p), ("metadata", c_char_p), ("flags", c_int64), ("n_children", c_int64),
    ("children", c_void_p), ("dictionary", c_void_p), ("release", CFUNCTYPE(None, POINTER(ArrowSchema))),
    ("private_data", c_void_p)]
ArrowArray._fields_ = [
    ("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64), ("n_children", c_int64),
    ("buffers", c_void_p), ("children", c_void_p), ("dictionary", c_void_p),
    ("release", CFUNCTYPE(None, POINTER(ArrowArray))), ("private_data", c_void_p)]
ArrowArrayStream._fields_ = [
    ("get_schema", CFUNCTYPE(c_int, c_void_p, c_void_p)), ("get_next", CFUNCTYPE(c_int, c_void_p, c_void_p)),
    ("get_last_error", CFUNCTYPE(c_char_p, c_void_p)),
    ("release", CFUNCTYPE(None, POINTER(ArrowArrayStream))), ("private_data", c_void_p)]

_NAMES = {ArrowSchema: b"arrow_schema", ArrowArray: b"arrow_array", ArrowArrayStream: b"arrow_array_stream"}


def release(struct) -> None:
    """Releases a struct that still owns something."""
    if struct.release:
        struct.release(ctypes.byref(struct))


def _destructor(kind):
    # Called by the interpreter with the dying capsule as a bare pointer: it must not be given a reference again.
    get = ctypes.PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(("PyCapsule_GetPointer", _api))

    def destroy(capsule):
        pointer = get(capsule, _NAMES[kind])
        if pointer:
            release(kind.from_address(pointer))
            _api.PyMem_RawFree(pointer)

    return ctypes.PYFUNCTYPE(None, c_void_p)(destroy)


_DESTRUCTORS = {kind: _destructor(kind) for kind in _NAMES}


def new_capsule(kind):
    """(capsule, address) of a zeroed struct that the capsule owns: fill it in, then hand the capsule on."""
    address = _api.PyMem_RawCalloc(1, ctypes.sizeof(kind))
    if not address:
        raise MemoryError
    return _api.PyCapsule_New(address, _NAMES[kind], ctypes.cast(_DESTRUCTORS[kind], c_void_p)), address


def address_of(capsule, kind) -> int:
    """The struct inside a capsule, by address; the capsule keeps owning it until someone moves it out."""
    return _api.PyCapsule_GetPointer(capsule, _NAMES[kind])
