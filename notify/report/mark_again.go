package report

import (
	"fmt"
	"slices"
)

// A department may correct the marked workbook itself and send it back. Then marks of the
// letter before are still in it, and one that stays red although it was corrected would be
// asked about by telephone. So in a workbook that carries our list, old marks are taken
// off, old comments say that they are settled, and the list is written anew in its place.

// listTab is the colour of the list's tab, by which it is known again.
const listTab = "FFC00000"

// settled stands in a comment of an earlier letter of which nothing is left.
const settled = "上次标注的内容,这次没有问题。"

// ownList finds the list of an earlier letter, the first sheet of a workbook that was
// marked before; "" when there is none.
func (m *marker) ownList() (string, error) {
	if len(m.book.sheets) < 2 {
		return "", nil
	}
	first := m.book.sheets[0]
	if first.name != listName || first.part == "" || slices.ContainsFunc(m.items, func(it markItem) bool { return it.Sheet == listName }) {
		return "", nil
	}
	_, root, err := m.parts.tree(first.part)
	if err != nil {
		return "", err
	}
	tab := root.kid("sheetPr").kid("tabColor")
	if tab == nil || tab.get("rgb") != listTab {
		return "", nil
	}
	return first.part, nil
}

// bare is the format of a cell that an earlier letter marked, without the mark; ok is false
// for every other format. What fill the cell had before that is not known any more.
func (s *styler) bare(base int) (n int, ok bool, err error) {
	if base < 0 || base >= len(s.xfs) {
		return 0, false, nil
	}
	key := fmt.Sprintf("%d/bare", base)
	if n, ok := s.known[key]; ok {
		return n, true, nil
	}
	xf := s.xfs[base]
	fills := s.root.kid("fills").all("fill")
	fill := int(numeric(xf.attrs, "fillId"))
	if fill >= len(fills) {
		return 0, false, nil
	}
	colour := fills[fill].kid("patternFill").kid("fgColor")
	if colour == nil || colour.get("rgb") != colours[red] && colour.get("rgb") != colours[yellow] {
		return 0, false, nil
	}
	raw, err := splice(s.text[:xf.after], []edit{{0, xf.from, ""}, setAttr(xf.attrs, xf.tag, "fillId", "0")})
	if err != nil {
		return 0, false, err
	}
	n, err = s.format(string(raw))
	s.known[key] = n
	return n, true, err
}
