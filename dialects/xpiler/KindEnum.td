// Families: one operation with a kind for many builtins. A kind is an enum whose C++ case is the capitalised
// word and whose text is the word itself, so that `bang.binary<add>` reads as the builtin does.

#ifndef XPILER_KIND_ENUM_TD
#define XPILER_KIND_ENUM_TD

include "mlir/IR/EnumAttr.td"

class KindEnum<Dialect dialect, string name, list<string> words>
    : I32EnumAttr<name, name, !foreach(i, !range(!size(words)),
        I32EnumAttrCase<!toupper(!substr(words[i], 0, 1)) # !substr(words[i], 1), i, words[i]>)> {
  let genSpecializedAttr = 0;
  let cppNamespace = dialect.cppNamespace;
}

/// `#dialect.mnemonic<word>`; inside an operation's assembly just `<word>`.
class KindAttr<Dialect dialect, EnumInfo kinds, string attrMnemonic> : EnumAttr<dialect, kinds, attrMnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

#endif
