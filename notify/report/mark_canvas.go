package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// canvas is what must be known of a sheet before its cells are marked: everything but the
// cells themselves.
type canvas struct {
	root    tag
	merges  []area
	columns []columnSpan
	heights map[int]float64 // of rows that say theirs, in points
	height  float64         // of the others
	drawing string          // the relation of the drawing that holds the comments' boxes; "" for none
	behind  int             // where that relation's element belongs
}

// columnSpan is one <col>: columns first..last with their width in characters and format.
type columnSpan struct {
	first, last, style int
	width              float64
}

// beforeDrawing are the children of a worksheet that stand before <legacyDrawing>, in the
// order the schema demands.
var beforeDrawing = []string{
	"sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges",
	"scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
	"dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
	"customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
}

// readCanvas walks once through a sheet.
func readCanvas(b []byte) (canvas, error) {
	c := canvas{heights: map[int]float64{}, height: 15}
	s := tags{b: b}
	path := make([]string, 3) // names of the open elements of depth 1 to 2
	row := 0
	for {
		t, depth, ok, err := s.next()
		if err != nil || !ok {
			if err == nil && c.root.name == "" {
				err = errXML
			}
			return c, err
		}
		if depth > 3 {
			continue
		}
		local := t.local()
		if depth == 2 && (t.closing || t.empty) && slices.Contains(beforeDrawing, local) {
			c.behind = t.to
		}
		if t.closing {
			continue
		}
		if depth < 3 {
			path[depth] = local
		}
		list, err := attrs(b, t)
		if err != nil {
			return c, err
		}
		switch {
		case depth == 1:
			if local != "worksheet" || t.empty || c.root.name != "" {
				return c, errors.New("it is no sheet of cells")
			}
			c.root = t
		case depth == 3 && path[2] == "sheetData" && local == "row":
			if row, err = rowNumber(list, row); err != nil {
				return c, err
			}
			if h := numeric(list, "ht"); h > 0 {
				c.heights[row] = h
			}
		default:
			c.note(path[2], local, depth, list)
		}
	}
}

// note keeps what matters of the elements outside the cells.
func (c *canvas) note(parent, local string, depth int, list []attr) {
	switch {
	case depth == 2 && local == "sheetFormatPr":
		if h := numeric(list, "defaultRowHeight"); h > 0 {
			c.height = h
		}
	case depth == 2 && local == "legacyDrawing":
		for _, a := range list {
			if (tag{name: a.name}).local() == "id" {
				c.drawing = a.value
			}
		}
	case depth == 3 && parent == "cols" && local == "col":
		c.columns = append(c.columns, columnSpan{int(numeric(list, "min")), int(numeric(list, "max")), int(numeric(list, "style")), numeric(list, "width")})
	case depth == 3 && parent == "mergeCells" && local == "mergeCell":
		if a := named(list, "ref"); a != nil {
			if m, ok := parseArea(a.value); ok {
				c.merges = append(c.merges, m)
			}
		}
	}
}

// numeric is an attribute's number, 0 when there is none.
func numeric(list []attr, name string) float64 {
	a := named(list, name)
	if a == nil {
		return 0
	}
	f, err := strconv.ParseFloat(a.value, 64)
	if err != nil || f < 0 || f > 1<<30 {
		return 0
	}
	return f
}

// rowNumber is the number of a row that stands behind row before.
func rowNumber(list []attr, before int) (int, error) {
	a := named(list, "r")
	if a == nil {
		return before + 1, nil
	}
	n, err := strconv.Atoi(a.value)
	if err != nil || n <= before || n > lastRow {
		return 0, fmt.Errorf("row %.20q stands behind row %d", a.value, before)
	}
	return n, nil
}

// shown is the cell that is seen at r: the first of a merged range.
func (c *canvas) shown(r ref) ref {
	for _, m := range c.merges {
		if m.has(r) {
			return m.from
		}
	}
	return r
}

// columnStyle is the format of a column's empty cells.
func (c *canvas) columnStyle(col int) int {
	for _, span := range c.columns {
		if col >= span.first && col <= span.last {
			return span.style
		}
	}
	return 0
}
