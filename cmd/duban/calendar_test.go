package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duban/state"
)

// `duban calendar` tells why each deadline moved, and says loudly when a year's table is not
// there: 1 January 2027 is right all the same.
func TestTheYearsPlanIsPrinted(t *testing.T) {
	d := newDistrict(t)
	calendar := filepath.Join(d.dir, "calendar.yaml")
	text, err := os.ReadFile(calendar)
	if err != nil {
		t.Fatal(err)
	}
	without, _, found := strings.Cut(string(text), "  2027:")
	if !found {
		t.Fatal("the starter calendar has no 2027 to leave out")
	}
	if err := os.WriteFile(calendar, []byte(without), 0o600); err != nil {
		t.Fatal(err)
	}
	out := d.must("calendar", "2026")
	for _, line := range []string{
		"2026年报送计划:53周", "!!! 没有2027年正式的放假安排", "9月28日周一18:00", "中秋节放假,顺延至9月28日18:00",
		"办公室另定:国庆节前提前报送", "本周没有工作日,不报送", "1月4日周一18:00", "推算;元旦放假,顺延至1月4日18:00",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("the plan does not say %q:\n%s", line, out)
		}
	}
	var plan state.YearPlan
	if err := json.Unmarshal([]byte(d.must("calendar", "2027", "--json")), &plan); err != nil {
		t.Fatal(err)
	}
	if plan.Year != 2027 || len(plan.Weeks) != 52 || len(plan.Missing) == 0 || !plan.Weeks[0].Provisional {
		t.Errorf("the plan of 2027: year %d, %d weeks, without a table %v", plan.Year, len(plan.Weeks), plan.Missing)
	}
	if _, code := d.duban("calendar", "27"); code != exitUsage {
		t.Errorf("a year of two digits ended with %d, want %d", code, exitUsage)
	}
}
