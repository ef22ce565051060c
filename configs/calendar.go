package configs

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"duban/state"
)

//go:embed calendar.yaml
var builtinCalendar []byte

// rawCalendar is a calendar file in any of its three forms: the office's own (years), a
// holiday-cn year (year and days), or a plain year (year, off and makeup). JSON is YAML too.
type rawCalendar struct {
	At     place
	Years  []rawYear    `yaml:"years"`
	Note   word         `yaml:"note"`
	Zone   word         `yaml:"timezone"`
	Year   word         `yaml:"year"`
	Days   []rawDay     `yaml:"days"`
	Off    []rawHoliday `yaml:"off"`
	MakeUp []rawHoliday `yaml:"makeup"`
	Schema word         `yaml:"$schema,hidden"`
	ID     word         `yaml:"$id,hidden"`
	Papers []word       `yaml:"papers,hidden"`
	Other  []any        `yaml:"sources,hidden"`
	Weekly any          `yaml:"weekly_deadline,hidden"`
	Tests  any          `yaml:"add_workdays_vectors,hidden"`
	Weeks  any          `yaml:"weeks,hidden"`
	Checks any          `yaml:"vectors,hidden"`
}

type rawYear struct {
	At        place
	Year      word         `yaml:",key"`
	Status    word         `yaml:"status"`
	Off       []rawHoliday `yaml:"off"`
	MakeUp    []rawHoliday `yaml:"makeup_workdays"`
	Statutory rawStatutory `yaml:"statutory_days_only"`
	Total     word         `yaml:"workdays_total"`
}

// rawHoliday is {name, start, end}, {date, name} or a date alone.
type rawHoliday struct {
	At    place
	Day   word `yaml:",scalar"`
	Name  word `yaml:"name"`
	Start word `yaml:"start"`
	End   word `yaml:"end"`
	Date  word `yaml:"date"`
	For   word `yaml:"for_"`
	On    word `yaml:"weekday"`
}

type rawStatutory struct {
	At    place
	Basis word   `yaml:"basis"`
	Days  []word `yaml:"days"`
}

type rawDay struct {
	At   place
	Name word `yaml:"name"`
	Date word `yaml:"date"`
	Off  word `yaml:"isOffDay"`
}

// almanac fills a calendar and refuses days that contradict each other.
type almanac struct {
	*loader
	c      *state.Calendar
	zone   *time.Location
	off    map[string]place
	makeUp map[string]place
}

// calendar merges the calendar files; without any it takes the built-in one.
func (l *loader) calendar(names []word, at place, zone *time.Location) *state.Calendar {
	a := almanac{l, state.NewCalendar(), zone, map[string]place{}, map[string]place{}}
	if len(names) == 0 {
		a.file("calendar.yaml", builtinCalendar)
	}
	for _, w := range names {
		if data, ok := l.slurp(w); ok {
			a.file(w.Text, data)
		}
	}
	for day, there := range a.makeUp {
		if other, both := a.off[day]; both {
			l.wrong(there, "核对国务院办公厅的放假通知,只留一处。", "%s 既写成放假(%s第%d行),又写成上班。", day, other.File, other.Line)
		}
	}
	if !l.Now.IsZero() {
		at.Where = "calendar"
		if len(names) > 0 {
			at = names[0].At
		}
		a.missing(at, l.Now.In(zone))
	}
	return a.c
}

// missing warns of a year whose table is not there: this year's at any time, next year's
// from December on.
func (a almanac) missing(at place, now time.Time) {
	const remedy = "国务院办公厅的放假通知公布后(通常在11月),把该年的日期补进 calendar.yaml。"
	if a.c.Provisional(now.Year()) {
		a.warn(at, remedy, "没有%d年正式的放假安排,暂按周末和法定节日推算,推算的日子不抄送负责人催报。", now.Year())
	}
	if now.Month() == time.December && a.c.Provisional(now.Year()+1) {
		a.warn(at, remedy, "没有%d年正式的放假安排。", now.Year()+1)
	}
}

func (a almanac) file(name string, data []byte) {
	before := len(a.faults)
	var raw rawCalendar
	strict{&a.inbox, name}.read(data, &raw)
	if len(a.faults) > before {
		return
	}
	if len(raw.Years) == 0 && !raw.Year.Set {
		a.wrong(raw.At, "按 duban init 生成的 calendar.yaml 写。", "文件里没有任何一年的放假安排。")
	}
	for _, y := range raw.Years {
		a.year(y)
	}
	if !raw.Year.Set {
		return
	}
	a.year(rawYear{At: raw.At, Year: raw.Year, Off: raw.Off, MakeUp: raw.MakeUp, Status: word{Text: "from days"}})
	for _, d := range raw.Days {
		if t, ok := a.day(d.Date); ok {
			a.mark(t, d.Name.Text, yes(&a.inbox, d.Off), d.Date.At)
		}
	}
	if len(raw.Days)+len(raw.Off) > 0 {
		a.c.SetOfficial(a.count(raw.Year, 2000, 2100, "例如 2026。"))
	}
}

// statusOfficial marks a year whose table is complete as announced; any other word leaves
// the year provisional. A year without a status counts as official.
const statusOfficial = "official"

func (a almanac) year(y rawYear) {
	year := a.count(y.Year, 2000, 2100, "写年份,例如 2026。")
	for _, h := range y.Off {
		a.holiday(h, year)
	}
	for _, m := range y.MakeUp {
		w := m.Date
		if m.Day.Set {
			w = m.Day
		}
		if t, ok := a.day(w); ok {
			if t.Weekday() != time.Saturday && t.Weekday() != time.Sunday {
				a.warn(w.At, "核对日期。", "调休上班日%s不是周末。", w.Text)
			}
			a.mark(t, or(m.For, m.Name.Text), false, w.At)
		}
	}
	if or(y.Status, statusOfficial) == statusOfficial {
		a.c.SetOfficial(year)
		a.total(y, year)
		return
	}
	for _, w := range y.Statutory.Days {
		date, name := w, ""
		if len(w.Text) > len(time.DateOnly) {
			date.Text, name = w.Text[:len(time.DateOnly)], strings.TrimSpace(w.Text[len(time.DateOnly):])
		}
		if t, ok := a.day(date); ok {
			name, _, _ = strings.Cut(name, "(")
			a.mark(t, name, true, w.At)
		}
	}
}

// longest is more days than any announced holiday has.
const longest = 20

func (a almanac) holiday(h rawHoliday, year int) {
	first, last := h.Start, h.End
	switch {
	case h.Day.Set:
		first, last = h.Day, h.Day
	case h.Date.Set:
		first, last = h.Date, h.Date
	case !h.End.Set:
		last = first
	}
	from, ok := a.day(first)
	to, also := a.day(last)
	if !ok || !also {
		return
	}
	if to.Before(from) || to.After(from.AddDate(0, 0, longest)) {
		a.wrong(last.At, "核对起止日期。", "“%s”从%s到%s,不像一个假期。", h.Name.Text, first.Text, last.Text)
		return
	}
	if from.Year() != year && to.Year() != year {
		a.wrong(first.At, "移到那一年下面。", "“%s”(%s)不在%d年。", h.Name.Text, first.Text, year)
	}
	for t := from; !t.After(to); t = t.AddDate(0, 0, 1) {
		a.mark(t, h.Name.Text, true, first.At)
	}
}

func (a almanac) mark(t time.Time, name string, off bool, at place) {
	if off {
		a.c.AddHoliday(t, name)
		a.off[t.Format(time.DateOnly)] = at
		return
	}
	a.c.AddMakeUpDay(t, name)
	a.makeUp[t.Format(time.DateOnly)] = at
}

func (a almanac) day(w word) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, w.Text, a.zone)
	if err != nil {
		a.wrong(w.At, "写成 2026-10-01。", "“%s”不是日期。", w.Text)
	}
	return t, err == nil
}

// total holds the year against its own count of working days, when it states one: a
// forgotten line shows there.
func (a almanac) total(y rawYear, year int) {
	if !y.Total.Set || slices.ContainsFunc(a.faults, func(f Fault) bool { return f.File == y.At.File }) {
		return // a day found wrong above is why the count would differ
	}
	want := a.count(y.Total, 200, 300, "例如 248。")
	newYear := time.Date(year, time.January, 1, 0, 0, 0, 0, a.zone)
	if got := a.c.Workdays(newYear.AddDate(0, 0, -1), newYear.AddDate(1, 0, -1)); got != want {
		a.wrong(y.Total.At, "核对放假和调休的日期,或改正 workdays_total。", "按这张表%d年有%d个工作日,这里写的是%d。", year, got, want)
	}
}
