package sheet

import (
	"slices"

	"duban/state"
)

// identityMark stands in the first cell of the sheet by which a form sent out is known again;
// notify/report writes it. Behind it, in the same row, stand the form's version, the week as
// "2026-W39" and the department's id.
const identityMark = "duban-form"

// maxIdentity bounds the bytes of a word of the identity.
const maxIdentity = 64

// readIdentity takes the identity of a form out of a workbook: b is told of it and the sheet
// it stands on is no sheet of the report. A sheet that programs made visible or renamed is
// known by its mark all the same; of several, the first counts.
func readIdentity(b *state.Book, grids []Grid) []Grid {
	for i, g := range grids {
		if len(grids) < 2 || len(g.Rows) == 0 || g.Rows[0].Num != 1 {
			continue
		}
		words := [4]string{}
		for _, c := range g.Rows[0].Cells {
			if c.Col < len(words) && c.Kind == KindText && len(c.Text) <= maxIdentity {
				words[c.Col] = trimText(c.Text)
			}
		}
		if words[0] != identityMark {
			continue
		}
		b.FormVersion, b.FormDept = words[1], words[3]
		if w, err := state.ParseWeek(words[2]); err == nil {
			b.FormWeek = w
		}
		return append(grids[:i:i], grids[i+1:]...)
	}
	return grids
}

// agree holds the week the sheets name against the one the form was sent out for. Where they
// name none the form's counts; otherwise what people see counts, and the difference is asked
// about.
func agree(b *state.Book) {
	switch {
	case b.FormWeek.IsZero() || slices.ContainsFunc(b.Findings, func(f state.Finding) bool { return f.Rule == rulePeriod }):
	case b.Week.IsZero():
		b.Week = b.FormWeek
	case b.Week != b.FormWeek:
		b.Findings = append(b.Findings, state.Finding{
			Rule: ruleOtherForm, Level: state.LevelWarning, Cell: b.WeekCell, Found: b.WeekText, Expected: b.Week.Spoken(), Last: b.FormWeek.Spoken(),
		})
	}
}
