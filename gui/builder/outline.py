"""The protocol as a tree: what is done after what, and what is done again."""

from collections.abc import Iterator

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from ...acquisition.files.protocol_document import Node
from ...acquisition.files.yaml_lines import Key
from ..named import named
from ..theme import LIGHT, Theme

_KEY = Qt.ItemDataRole.UserRole


class Outline(QTreeWidget):
    """``went`` tells the key of the item that the cursor is on."""

    went = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "Protocol", "What is done, in order; pick an item to change it")
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self._theme = LIGHT
        self._wrong: frozenset[Key] = frozenset()
        self._node: Node | None = None
        self.currentItemChanged.connect(self._tell)

    @property
    def key(self) -> Key:
        """The key of the item that the cursor is on; the protocol's own where there is none."""
        item = self.currentItem()
        return () if item is None else tuple(item.data(0, _KEY))

    def show_tree(self, node: Node, wrong: frozenset[Key], go_to: Key | None = None) -> None:
        """Show a protocol; ``wrong`` are the keys of items in which something is not allowed."""
        wanted = self.key if go_to is None else go_to
        self._wrong, self._node = wrong, node
        with QSignalBlocker(self):
            self.clear()
            self._add(None, node)
            self.expandAll()
            self._go(wanted)
        self.went.emit(self.key)

    def refresh(self, node: Node, wrong: frozenset[Key]) -> None:
        """Show what has become of the items while somebody typed."""
        if node != self._node:
            self.show_tree(node, wrong)
        else:
            self.mark(wrong)

    def mark(self, wrong: frozenset[Key]) -> None:
        """Show anew in which items something is not allowed."""
        self._wrong = wrong
        for item in self._all():
            self._colour(item)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.mark(self._wrong)

    def go(self, key: Key) -> None:
        """Put the cursor on an item, or on what holds it."""
        self._go(key)

    def _add(self, parent: QTreeWidgetItem | None, node: Node) -> None:
        word = node.word.replace("_", " ") or "?"
        text = f"{word}  ·  {node.summary}" if node.summary else word
        item = QTreeWidgetItem([text])
        item.setData(0, _KEY, node.key)
        item.setToolTip(0, text)
        if parent is None:
            self.addTopLevelItem(item)
        else:
            parent.addChild(item)
        self._colour(item)
        lists = node.children | ({"otherwise": ()} if _lacks_otherwise(node) else {})
        for name, children in lists.items():
            holder = item
            if name != "segments":
                holder = QTreeWidgetItem([name])
                holder.setData(0, _KEY, (*node.key, name))
                holder.setToolTip(0, "Add puts items in here")
                item.addChild(holder)
            for child in children:
                self._add(holder, child)

    def _colour(self, item: QTreeWidgetItem) -> None:
        key = tuple(item.data(0, _KEY))
        is_wrong = key in self._wrong
        item.setForeground(0, QColor(self._theme.danger if is_wrong else self._theme.text))

    def _go(self, key: Key) -> None:
        best = None
        for item in self._all():
            own = tuple(item.data(0, _KEY))
            is_inside = key[: len(own)] == own and item.flags() & Qt.ItemFlag.ItemIsSelectable
            if is_inside and (best is None or len(own) > len(tuple(best.data(0, _KEY)))):
                best = item
        if best is not None:
            self.setCurrentItem(best)

    def _all(self) -> Iterator[QTreeWidgetItem]:
        waiting = [self.topLevelItem(n) for n in range(self.topLevelItemCount())]
        while waiting:
            item = waiting.pop()
            if item is not None:
                yield item
                waiting += [item.child(n) for n in range(item.childCount())]

    def _tell(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.went.emit(self.key)


def _lacks_otherwise(node: Node) -> bool:
    return node.word == "if" and "otherwise" not in node.children
