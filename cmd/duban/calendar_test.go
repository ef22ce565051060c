package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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

// What a reader of the plan sees of the holidays that move deadlines: each moved one with its
// reason, a week without a working day skipped, and what the office must settle by name.
func TestTheYearsPlanTellsOfEveryHoliday(t *testing.T) {
	d := newDistrict(t)
	config := filepath.Join(d.dir, "duban.yaml")
	given, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, year string
		without    string // the override the office gave, taken out
		lines      [][]string
	}{
		{"National Day 2026, as the office settled it", "2026", "", [][]string{
			{"2026-W40", "9月30日周三18:00", "10月9日周五07:30", "办公室另定:国庆节前提前报送"},
			{"2026-W41", "10月9日周五18:00"},
		}},
		{"National Day 2026, not settled", "2026", "W40", [][]string{
			{"请办公室定:2026-W40", "截止移到10月8日后", "只有1个工作日", "overrides"},
			{"2026-W40", "10月8日周四18:00", "国庆节放假,顺延至10月8日18:00;请办公室定"},
			{"2026-W41", "10月9日周五18:00"},
		}},
		{"Spring Festival 2026", "2026", "", [][]string{
			{"2026-W07", "2月13日周五18:00"}, {"2026-W08", "不报送", "本周没有工作日,不报送"}, {"2026-W09", "2月27日周五18:00"},
		}},
		{"Spring Festival 2027, which is a guess yet", "2027", "", [][]string{
			{"!!! 没有2027年正式的放假安排", "推算的日子不抄送负责人催报"},
			{"2027-W05", "2月9日周二18:00", "推算;春节放假,顺延至2月9日18:00"},
		}},
		{"1 January 2027, a Friday", "2026", "", [][]string{
			{"!!! 没有2027年正式的放假安排"},
			{"2026-W53", "12.28-1.1", "1月4日周一18:00", "1月6日周三07:30", "推算;元旦放假,顺延至1月4日18:00"},
		}},
	} {
		text := string(given)
		if c.without != "" {
			kept := slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.Contains(l, "week: 2026-"+c.without) })
			text = strings.Join(kept, "\n")
		}
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out := d.must("calendar", c.year)
		for _, words := range c.lines {
			if !slices.ContainsFunc(strings.Split(out, "\n"), func(l string) bool {
				return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(l, w) })
			}) {
				t.Errorf("%s: no line of the plan says %q:\n%s", c.name, words, out)
			}
		}
	}
}
