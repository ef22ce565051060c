package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// formLooks are the form's styles by excelize's numbers. A look is also a lock: what is typed
// in or worked out is open, everything else is locked.
type formLooks struct {
	title, note, label, head, must int
	text                           int // locked, what the office knows
	fixed                          int // the same, centred, for figures and short words
	todo                           int // must be filled in every week
	open, openDay                  int // to be filled in or kept
	derived                        int // worked out by a formula, may be overwritten
	total                          int
	odd                            int // conditional: does not add up
}

// The colours: grey is known, yellow is to be filled in, white to be looked at, blue is worked
// out. All but the red of a sum that does not add up are plain fills: a condition's fill would
// hide those of a marked workbook.
const (
	greyFill   = "F2F2F2"
	blueFill   = "E7F1FA"
	headFill   = "D9E2F3"
	mustFill   = "FCE4D6"
	yellowFill = "FFFBE0"
	redFill    = "F8CBAD"
)

func (d *formBook) makeLooks() error {
	border := []excelize.Border{{Type: "left", Color: "BFBFBF", Style: 1}, {Type: "right", Color: "BFBFBF", Style: 1}, {Type: "top", Color: "BFBFBF", Style: 1}, {Type: "bottom", Color: "BFBFBF", Style: 1}}
	font := func(size float64, bold bool) *excelize.Font {
		return &excelize.Font{Family: "宋体", Size: size, Bold: bold, Color: "000000"}
	}
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	middle := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	left := &excelize.Alignment{Vertical: "center", WrapText: true}
	open := &excelize.Protection{Locked: false}
	day := "yyyy-mm-dd"
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&d.looks.title, excelize.Style{Font: font(14, true), Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&d.looks.note, excelize.Style{Font: font(11, false), Alignment: left}},
		{&d.looks.label, excelize.Style{Font: font(10, false), Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}}},
		{&d.looks.head, excelize.Style{Font: font(10, true), Border: border, Fill: fill(headFill), Alignment: middle}},
		{&d.looks.must, excelize.Style{Font: font(10, true), Border: border, Fill: fill(mustFill), Alignment: middle}},
		{&d.looks.text, excelize.Style{Font: font(10, false), Border: border, Fill: fill(greyFill), Alignment: left}},
		{&d.looks.fixed, excelize.Style{Font: font(10, false), Border: border, Fill: fill(greyFill), Alignment: middle}},
		{&d.looks.todo, excelize.Style{Font: font(10, false), Border: border, Fill: fill(yellowFill), Alignment: left, Protection: open}},
		{&d.looks.open, excelize.Style{Font: font(10, false), Border: border, Alignment: left, Protection: open}},
		{&d.looks.openDay, excelize.Style{Font: font(10, false), Border: border, Alignment: middle, Protection: open, CustomNumFmt: &day}},
		{&d.looks.derived, excelize.Style{Font: font(10, false), Border: border, Fill: fill(blueFill), Alignment: middle, Protection: open}},
		{&d.looks.total, excelize.Style{Font: font(10, true), Border: border, Fill: fill(blueFill), Alignment: middle}},
	} {
		id, err := d.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.into = id
	}
	var err error
	d.looks.odd, err = d.NewConditionalStyle(&excelize.Style{Fill: fill(redFill)})
	return err
}

// guard protects a sheet against slips: locked cells cannot be changed, rows and columns not
// inserted or deleted. Widths, heights and filters stay free, and there is no password.
func (d *formBook) guard(sheet string) error {
	return d.ProtectSheet(sheet, &excelize.SheetProtectionOptions{
		SelectLockedCells: true, SelectUnlockedCells: true, FormatCells: true, FormatColumns: true, FormatRows: true, AutoFilter: true,
	})
}

// onA4 makes a sheet print on A4 landscape, so many pages wide, with the head on every page.
func (d *formBook) onA4(sheet string, pages int) error {
	landscape, a4, many := "landscape", 9, 0
	if err := d.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &pages, FitToHeight: &many}); err != nil {
		return err
	}
	fit, edge := true, 0.4
	if err := d.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := d.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &edge, Right: &edge, Top: &edge, Bottom: &edge}); err != nil {
		return err
	}
	if sheet == notesSheet {
		return nil
	}
	return d.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: sheet, RefersTo: fmt.Sprintf("'%s'!$A:$C,'%s'!$1:$%d", sheet, sheet, formHead),
	})
}
