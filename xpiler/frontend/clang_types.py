"""clang's types as ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from clang.cindex import Type as ClangType
from clang.cindex import TypeKind as K

from xpiler.frontend.c_types import (
    BF16,
    BOOL,
    F16,
    F32,
    F64,
    I32,
    VOID,
    ArrayType,
    CType,
    Int,
    OpaqueType,
    PointerType,
    StructType,
    Vector,
)
from xpiler.frontend.implicit_constructors import default_of
from xpiler.frontend.language import Language

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

BFLOAT16 = 39  # CXType_BFloat16
SIMPLE: dict[K, CType] = {
    K.VOID: VOID,
    K.BOOL: BOOL,
    K.CHAR_S: Int(8, True),
    K.CHAR_U: Int(8, False),
    K.SCHAR: Int(8, True),
    K.UCHAR: Int(8, False),
    K.SHORT: Int(16, True),
    K.USHORT: Int(16, False),
    K.INT: I32,
    K.UINT: Int(32, False),
    K.LONG: Int(64, True),
    K.ULONG: Int(64, False),
    K.LONGLONG: Int(64, True),
    K.ULONGLONG: Int(64, False),
    K.WCHAR: I32,
    K.HALF: F16,
    K.FLOAT16: F16,
    K.FLOAT: F32,
    K.DOUBLE: F64,
}
ARRAYS = {K.CONSTANTARRAY, K.INCOMPLETEARRAY, K.VARIABLEARRAY, K.DEPENDENTSIZEDARRAY}
QUALIFIERS = ("const ", "volatile ", "struct ", "class ", "enum ")


def plain_spelling(clang_type: ClangType) -> str:
    """A type's name without qualifiers."""
    text = clang_type.spelling
    changed = True
    while changed:
        changed = False
        for word in QUALIFIERS:
            if text.startswith(word):
                text, changed = text[len(word) :], True
    return text


class TypeReader:
    """Reads types, with the language's own by name."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._known: dict[str, CType] = {}
        self._records: list[str] = []  # whose fields are being read

    def read(self, clang_type: ClangType, reader: Reader) -> CType:
        """The C type; a reference is what it refers to. Raises Unsupported for types without a meaning here."""
        spelling = clang_type.spelling
        known = self._known.get(spelling)
        if known is None or isinstance(known, StructType):
            known = self._known[spelling] = self._read(clang_type, reader)
        return known

    def _read(self, clang_type: ClangType, reader: Reader) -> CType:
        own = self._named(clang_type)
        if own is not None:
            return own
        canonical = clang_type.get_canonical()
        own = self._named(canonical)
        if own is not None:
            return own
        kind = canonical.kind
        if kind in SIMPLE:
            return SIMPLE[kind]
        if kind.value == BFLOAT16 or plain_spelling(canonical) == "__bf16":
            return BF16
        if kind in (K.LVALUEREFERENCE, K.RVALUEREFERENCE):
            return self.read(canonical.get_pointee(), reader)
        if kind == K.POINTER:
            return PointerType(self.read(canonical.get_pointee(), reader))
        if kind in ARRAYS:
            return self._array(canonical, reader)
        if kind in (K.VECTOR, K.EXTVECTOR):
            element = self.read(canonical.element_type, reader)
            return Vector(element, canonical.element_count, "", canonical.get_size())
        return self._other(canonical, reader)

    def _named(self, clang_type: ClangType) -> CType | None:
        name = plain_spelling(clang_type)
        own = self._language.types.get(name)
        return own if own is not None else self._language.type_of(name)

    def _array(self, canonical: ClangType, reader: Reader) -> CType:
        element = self.read(canonical.get_array_element_type(), reader)
        if canonical.kind == K.VARIABLEARRAY and self._language.run_time_array is None:
            raise reader.unsupported("an array whose size is known only at run time", "give it a constant size")
        return ArrayType(element, canonical.get_array_size() if canonical.kind == K.CONSTANTARRAY else None)

    def _fields(self, record: str, items: list[Cursor], reader: Reader) -> tuple[tuple[str, CType], ...]:
        if record in self._records:
            raise reader.unsupported(f"the record '{record}', which points to records of its kind", "pass arrays and indices into them")
        self._records.append(record)
        try:
            return tuple((item.spelling, self.read(item.type, reader)) for item in items)
        finally:
            self._records.pop()

    def _other(self, canonical: ClangType, reader: Reader) -> CType:
        kind = canonical.kind
        if kind == K.ENUM:
            return self.read(canonical.get_declaration().enum_type, reader)
        if kind == K.NULLPTR:
            return PointerType(VOID)
        if kind in (K.FUNCTIONPROTO, K.FUNCTIONNOPROTO):
            return OpaqueType("function")
        if kind == K.RECORD:
            name = plain_spelling(canonical)
            if "lambda" in name:
                return OpaqueType("lambda")
            items = list(canonical.get_fields())
            fields = self._fields(name, items, reader)
            offsets = tuple(item.get_field_offsetof() // 8 for item in items)
            union = canonical.get_declaration().kind == CursorKind.UNION_DECL or name.startswith("union ")
            defaults = {item.spelling: default for item in items if (default := default_of(item)) is not None}
            return StructType(name, fields, offsets, canonical.get_size(), canonical.get_align(), union, defaults)
        raise reader.unsupported(f"the type '{canonical.spelling}'")
