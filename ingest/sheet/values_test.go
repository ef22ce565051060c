package sheet

import "testing"

// Telephone numbers keep their digits, and two numbers in one cell stay two.
func TestTelephoneNumbersAsTyped(t *testing.T) {
	for raw, want := range map[string]string{
		" 138 0000 4321 ": "13800004321",
		"０５７１－００００１２３４转８０２":            "0571-00001234-802",
		"0571-00000123\n13800005678":   "0571-00000123;13800005678",
		"13800001234 13900001234":      "13800001234;13900001234",
		"①0571-00001234 ②13800001234":  "0571-00001234;13800001234",
		"13800001234，\n0571-00001234、": "13800001234;0571-00001234",
	} {
		if got := phone(trimText(raw)); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

// A month typed as a figure in a column of dates is asked about, and never shown as the day number it happens to be.
func TestAMonthTypedAsAFigureIsAskedAbout(t *testing.T) {
	for _, c := range []struct {
		figure any
		near   string
	}{{2026.11, "2026-11"}, {2026.1, ""}, {2026, ""}, {46346, "2026-11-20"}} {
		b := readGrids(t, gridOf("在建", "", row("序号", "项目名称", "总投资", "计划开工时间"), row(1, "甲", 10, c.figure)))
		v := b.Sheets[0].Rows[0].Values["planned_start"]
		if v.Text != "" || v.Doubt != ruleNotDate || v.Near != c.near {
			t.Errorf("%v: %+v", c.figure, v)
		}
	}
}
