package sheet

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// period is the week a sheet says it reports, and where.
type period struct {
	week  state.Week
	text  string
	cell  string
	year  int  // the year the sheet is about, also where the week is not certain
	clash bool // two places of the sheet name different weeks
}

var (
	rangeOfDays = regexp.MustCompile(`(?:(20\d\d)[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?(?:\([^)]*\))?[-~—–至到]+(?:(20\d\d)[年./-])?(?:(\d{1,2})[月./-])?(\d{1,2})[日号]?`)
	oneDay      = regexp.MustCompile(`(?:(20\d\d)[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?`)
	weekNumber  = regexp.MustCompile(`(?:(20\d\d)年?(?:度)?)?第?(\d{1,2}|[一二三四五六七八九十]{1,4})周`)
	isoWeek     = regexp.MustCompile(`(20\d\d)-?w(\d{2})`)
	yearOfDay   = regexp.MustCompile(`(20\d\d)[年./-]`)
	yearWord    = regexp.MustCompile(`(20\d\d)年`)
	fillLabels  = []string{"填报日期", "填报时间", "填表日期", "报送日期", "制表日期"}
)

// findPeriod reads the reported week from the head lines, the title and the name of a sheet. Days say it most exactly, then
// a week's number; the day the form was filled in says it only when nothing else does and the day is a Thursday or Friday.
// Places that contradict each other leave it open.
func findPeriod(entries []labelled, titles []labelled, name string, year int) period {
	p := period{year: yearOf(entries, titles, year)}
	var days, numbered []found
	for _, e := range entries {
		if slices.Contains(periodLabels, e.label) {
			if w, ok := weekOfDays(e.value, p.year); ok {
				days = append(days, found{w, e})
			} else if w, ok := weekByNumber(e.value, p.year); ok {
				numbered = append(numbered, found{w, e})
			}
		}
	}
	for _, t := range titles {
		if w, ok := weekByNumber(t.value, p.year); ok {
			numbered = append(numbered, found{w, t})
		} else if w, ok := weekOfDays(t.value, p.year); ok {
			days = append(days, found{w, t})
		}
	}
	if len(days)+len(numbered) == 0 {
		if w, ok := weekByNumber(name, p.year); ok {
			numbered = append(numbered, found{w, labelled{value: name}})
		} else if w, ok := weekOfDays(name, p.year); ok {
			days = append(days, found{w, labelled{value: name}})
		}
	}
	p.decide(days, numbered)
	if p.week.IsZero() && !p.clash {
		p.fromFilling(entries)
	}
	return p
}

// found is a week one place of the sheet names.
type found struct {
	week  state.Week
	place labelled
}

func (p *period) decide(days, numbered []found) {
	all := slices.Concat(days, numbered)
	if len(all) == 0 {
		return
	}
	p.week, p.text, p.cell = all[0].week, all[0].place.value, all[0].place.where()
	for _, f := range all[1:] {
		if f.week == p.week || len(days) > 0 && sameAcrossNewYear(p.week, f.week) {
			continue
		}
		p.clash = true
		p.text += " / " + f.place.value
	}
	if p.clash {
		p.week = state.Week{}
	}
}

// sameAcrossNewYear tells whether two names can mean the week of New Year's Day: people call it the first week of the new
// year even where ISO 8601 counts it to the old one.
func sameAcrossNewYear(byDays, byNumber state.Week) bool {
	sunday := byDays.Day(time.Sunday, time.UTC)
	return byNumber.No == 1 && byNumber.Year == sunday.Year() && byDays.Monday(time.UTC).Year() < sunday.Year()
}

func (p *period) fromFilling(entries []labelled) {
	for _, e := range entries {
		if !slices.Contains(fillLabels, e.label) {
			continue
		}
		day, ok := dayIn(e.value, p.year)
		if ok && (day.Weekday() == time.Thursday || day.Weekday() == time.Friday) {
			p.week, p.text, p.cell = state.WeekOf(day), e.value, e.where()
		}
		return
	}
}

// where spells the cell of an entry; "" when it is not from a cell.
func (l labelled) where() string {
	if l.row == 0 {
		return ""
	}
	return CellName(l.row, l.col)
}

// yearOf is the year the sheet is about: the one its title or head lines name, else the one given.
func yearOf(entries, titles []labelled, year int) int {
	for _, t := range titles {
		if m := yearWord.FindStringSubmatch(t.value); m != nil {
			return atoi(m[1])
		}
	}
	for _, e := range entries {
		if slices.Contains(periodLabels, e.label) || slices.Contains(fillLabels, e.label) {
			if m := yearOfDay.FindStringSubmatch(e.value); m != nil {
				return atoi(m[1])
			}
		}
	}
	return year
}

// foldPeriod folds the words of a period.
func foldPeriod(s string) string { return strings.ToLower(dropBlanks(simplify(foldWidth(s)))) }

// weekOfDays reads "2026年9月14日—9月18日" or one day: the week whose Friday lies in those days.
func weekOfDays(text string, year int) (state.Week, bool) {
	s := foldPeriod(text)
	if m := rangeOfDays.FindStringSubmatch(s); m != nil {
		fromYear, toYear := atoi(m[1]), atoi(m[4])
		toMonth := atoi(m[5])
		if toMonth == 0 {
			toMonth = atoi(m[2])
		}
		switch {
		case fromYear == 0 && toYear == 0:
			fromYear, toYear = year, year
		case fromYear == 0:
			fromYear = toYear
		case toYear == 0:
			toYear = fromYear
		}
		if atoi(m[4]) == 0 && toMonth < atoi(m[2]) {
			toYear = fromYear + 1
		}
		from, ok1 := realDay(fromYear, atoi(m[2]), atoi(m[3]))
		to, ok2 := realDay(toYear, toMonth, atoi(m[6]))
		if !ok1 || !ok2 || to.Before(from) || to.Sub(from) > 8*24*time.Hour {
			return state.Week{}, false
		}
		return weekOfFriday(from, to)
	}
	if day, ok := dayIn(s, year); ok { // "截止 9月18日": the week that ends with that Friday
		return weekOfFriday(day, day)
	}
	return state.Week{}, false
}

// weekOfFriday is the week of the one Friday between two days; of the working days where there is no Friday but all days
// lie in one week.
func weekOfFriday(from, to time.Time) (state.Week, bool) {
	var week state.Week
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		if day.Weekday() == time.Friday {
			if !week.IsZero() {
				return state.Week{}, false
			}
			week = state.WeekOf(day)
		}
	}
	if week.IsZero() && state.WeekOf(from) == state.WeekOf(to) && to.Weekday() != time.Saturday && to.Weekday() != time.Sunday {
		week = state.WeekOf(from)
	}
	return week, !week.IsZero()
}

func dayIn(text string, year int) (time.Time, bool) {
	m := oneDay.FindStringSubmatch(foldPeriod(text))
	if m == nil {
		return time.Time{}, false
	}
	if y := atoi(m[1]); y != 0 {
		year = y
	}
	return realDay(year, atoi(m[2]), atoi(m[3]))
}

func realDay(y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, plausibleYear(y) && int(t.Month()) == m && t.Day() == d
}

// weekByNumber reads "第38周" or "2026-W38".
func weekByNumber(text string, year int) (state.Week, bool) {
	s := foldPeriod(text)
	if m := isoWeek.FindStringSubmatch(s); m != nil {
		return existing(atoi(m[1]), atoi(m[2]))
	}
	for _, m := range weekNumber.FindAllStringSubmatch(s, -1) {
		if !strings.Contains(m[0], "第") && atoi(m[1]) == 0 {
			continue
		}
		no := atoi(m[2])
		if no == 0 {
			if n, ok := chineseNumber(m[2]); ok {
				no = atoi(n)
			}
		}
		if y := atoi(m[1]); y != 0 {
			year = y
		}
		if w, ok := existing(year, no); ok {
			return w, true
		}
	}
	return state.Week{}, false
}

func existing(year, no int) (state.Week, bool) {
	w := state.Week{Year: year, No: no}
	if year == 0 || no < 1 || no > 53 || state.WeekOf(w.Monday(time.UTC)) != w {
		return state.Week{}, false
	}
	return w, true
}
