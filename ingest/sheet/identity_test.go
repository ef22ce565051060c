package sheet

import (
	"testing"

	"duban/state"
)

// A form is known again by its hidden identity, whatever became of the sheet it stands on; the
// sheet is no sheet of the report. What people see of the week counts, and only where they see
// nothing the identity does.
func TestAFormIsKnownAgain(t *testing.T) {
	table := func(title string) Grid {
		return gridOf("前期项目", "", row(title), row("填报单位:", "区交通局"), row("项目编号", "项目名称", "本周完成投资", "年度累计完成投资"), row("P-1", "码头", 10, 360))
	}
	identity := func(words ...any) Grid {
		g := gridOf("_duban", "", words)
		g.Hidden = true
		return g
	}
	renamed := identity("duban-form", "2026-1", "2026-W39", "D05")
	renamed.Name, renamed.Hidden = "Sheet3", false
	w38, w39 := state.Week{Year: 2026, No: 38}, state.Week{Year: 2026, No: 39}
	for _, c := range []struct {
		name    string
		grids   []Grid
		week    state.Week
		version string
		of      state.Week
		asked   string
		sheets  int
	}{
		{"as it was sent", []Grid{table("周报表(第39周)"), identity("duban-form", "2026-1", "2026-W39", "D05")}, w39, "2026-1", w39, "", 1},
		{"made visible and renamed", []Grid{table("周报表(第39周)"), renamed}, w39, "2026-1", w39, "", 1},
		{"the title gone", []Grid{table("周报表"), identity("duban-form", "2026-1", "2026-W39", "D05")}, w39, "2026-1", w39, "", 1},
		{"last week's form with a new title", []Grid{table("周报表(第39周)"), identity("duban-form", "2026-1", "2026-W38", "D05")}, w39, "2026-1", w38, ruleOtherForm, 1},
		{"two weeks in sight", []Grid{table("周报表(第39周)"), func() Grid { g := table("周报表(第38周)"); g.Name = "二"; return g }(), identity("duban-form", "2026-1", "2026-W39", "D05")}, state.Week{}, "2026-1", w39, rulePeriod, 2},
		{"an identity without a week", []Grid{table("周报表"), identity("duban-form", "9", "下周", "D05")}, state.Week{}, "9", state.Week{}, "", 1},
		{"half an identity", []Grid{table("周报表"), identity("duban-form")}, state.Week{}, "", state.Week{}, "", 1},
		{"another program's hidden sheet", []Grid{table("周报表(第39周)"), identity("WpsReserved", "1")}, w39, "", state.Week{}, "", 2},
		{"a file of its own", []Grid{table("周报表(第39周)")}, w39, "", state.Week{}, "", 1},
	} {
		b := readGrids(t, c.grids...)
		asked := ""
		for _, f := range b.Findings {
			if f.Rule == ruleOtherForm || f.Rule == rulePeriod {
				asked += f.Rule
			}
		}
		if b.Week != c.week || b.FormVersion != c.version || b.FormWeek != c.of || asked != c.asked || len(b.Sheets) != c.sheets {
			t.Errorf("%s: week %s, form %q of %s, asked %q, %d sheets", c.name, b.Week, b.FormVersion, b.FormWeek, asked, len(b.Sheets))
		}
	}
}
