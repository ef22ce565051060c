package configs

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"duban/state"
)

// vectors are what the announced table of the world says must follow from it: its weeks out of
// the ordinary and its sums of working days.
type vectors struct {
	Deadline struct {
		Weeks []struct {
			Week     string   `yaml:"iso_week"`
			Friday   string   `yaml:"friday"`
			Workdays int      `yaml:"workdays_in_week"`
			Holiday  bool     `yaml:"friday_is_holiday"`
			Advance  string   `yaml:"advance"`
			Postpone string   `yaml:"postpone"`
			Second   string   `yaml:"postpone_second_workday"`
			Between  int      `yaml:"workdays_between_postponed_and_next_deadline"`
			Ask      bool     `yaml:"merge_or_override_advised"`
			Skip     bool     `yaml:"skip_advised"`
			MadeUp   []string `yaml:"weekend_workdays"`
		} `yaml:"weeks_needing_attention_2026"`
	} `yaml:"weekly_deadline"`
	Add []struct {
		Start  string `yaml:"start"`
		Days   int    `yaml:"add_workdays"`
		Result string `yaml:"result"`
	} `yaml:"add_workdays_vectors"`
}

func worldVectors(t *testing.T) vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/world/workcalendar.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Deadline.Weeks) != 13 || len(v.Add) != 13 {
		t.Fatalf("the world's table has %d weeks and %d sums, 13 of each were known", len(v.Deadline.Weeks), len(v.Add))
	}
	return v
}

// scheduled is the starter's schedule with a calendar of the given file, by default its own, and
// without the override of the National Day that the office of the example gave.
func scheduled(t *testing.T, file string) *state.Schedule {
	t.Helper()
	config := started(t)
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		put(t, config, filepath.Base(file), data)
		edit(t, config, "calendar: [calendar.yaml]", "calendar: ["+filepath.Base(file)+"]")
	}
	s := loaded(t, config, Options{}).Schedule
	s.Overrides = nil
	return s
}

// tables are the calendar files at hand: the repository's own, and the world's in both forms.
// Each says the same of 2026; the plain one knows nothing of 2027 but what every year has.
var tables = map[string]string{"configs/calendar.yaml": "", "the world's": "testdata/world/workcalendar.yaml", "the world's, plain": "testdata/world/workcalendar-2026.json"}

func TestEveryWeekOutOfTheOrdinaryIsAsTheTableSays(t *testing.T) {
	v := worldVectors(t)
	for name, file := range tables {
		s := scheduled(t, file)
		before := scheduled(t, file)
		before.Previous = true
		for _, w := range v.Deadline.Weeks {
			week, err := state.ParseWeek(w.Week)
			if err != nil {
				t.Fatal(err)
			}
			late, early := s.Deadline(week), before.Deadline(week)
			monday := week.Monday(s.Zone)
			if n := s.Calendar.Workdays(monday.AddDate(0, 0, -1), monday.AddDate(0, 0, 6)); n != w.Workdays {
				t.Errorf("%s: %s has %d working days, the table says %d", name, week, n, w.Workdays)
			}
			for _, d := range w.MadeUp {
				if !s.Calendar.Workday(dayOf(t, s, d)) {
					t.Errorf("%s: %s is made up for and worked", name, d)
				}
			}
			friday := dayOf(t, s, w.Friday)
			switch {
			case !late.Nominal.Equal(state.Clock{Hour: 18}.On(friday)):
				t.Errorf("%s: %s is due %s by name, the table says %s", name, week, late.Nominal, w.Friday)
			case !w.Holiday && (!late.Due.Equal(late.Nominal) || late.Moved != ""):
				t.Errorf("%s: %s moved to %s (%s), but its Friday is worked", name, week, late.Due, late.Moved)
			case w.Skip != late.Skipped:
				t.Errorf("%s: %s is skipped: %v, the table says %v", name, week, late.Skipped, w.Skip)
			}
			if !w.Holiday {
				continue
			}
			next := s.Calendar.AddWorkdays(friday, 1)
			if got := next.Format(time.DateOnly); got != w.Postpone[:10] || s.Calendar.AddWorkdays(next, 1).Format(time.DateOnly) != w.Second {
				t.Errorf("%s: after %s come %s and %s, the table says %s and %s", name, w.Friday, got, s.Calendar.AddWorkdays(next, 1).Format(time.DateOnly), w.Postpone, w.Second)
			}
			if got := s.Calendar.AddWorkdays(friday, -1).Format(time.DateOnly); got != w.Advance[:10] {
				t.Errorf("%s: before %s comes %s, the table says %s", name, w.Friday, got, w.Advance)
			}
			if n := s.Calendar.Workdays(next, s.Deadline(s.Next(week)).Due); n != w.Between {
				t.Errorf("%s: %s leaves %d working days to the next deadline, the table says %d", name, week, n, w.Between)
			}
			if w.Skip {
				continue
			}
			if late.Due.Format("2006-01-02 15:04") != w.Postpone[:10]+" 18:00" || early.Due.Format("2006-01-02 15:04") != w.Advance[:10]+" 18:00" || late.Moved == "" {
				t.Errorf("%s: %s is due %s or, moved the other way, %s; the table says %s and %s", name, week, late.Due, early.Due, w.Postpone, w.Advance)
			}
			if _, ask := s.Crowded(week); ask != w.Ask {
				t.Errorf("%s: the office is asked about %s: %v, the table says %v", name, week, ask, w.Ask)
			}
		}
	}
}

// Every other week of the two years is due on its Friday, nobody is asked about it, and what the
// table does not name is not skipped. 2027 is known by its statutory days only.
func TestNoOtherWeekMoves(t *testing.T) {
	moved := map[string]string{"2027-W05": "2027-02-09", "2027-W39": "2027-10-04"}
	for _, w := range worldVectors(t).Deadline.Weeks {
		switch {
		case w.Skip:
			moved[w.Week] = "skipped"
		case w.Holiday:
			moved[w.Week] = w.Postpone[:10]
		}
	}
	s := scheduled(t, "")
	for _, year := range []int{2026, 2027} {
		for _, p := range s.Plan(year).Weeks {
			want := p.Nominal.Format(time.DateOnly)
			if m, ok := moved[p.Week.String()]; ok {
				want = m
			}
			if got := p.Due.Format(time.DateOnly); p.Skipped != (want == "skipped") || !p.Skipped && got != want {
				t.Errorf("%s is due %s (skipped: %v), want %s", p.Week, got, p.Skipped, want)
			}
			if p.Provisional != (p.Week.String() >= "2026-W53") {
				t.Errorf("%s rests on a guess: %v", p.Week, p.Provisional)
			}
			if (p.Attention != "") != (p.Week.String() == "2026-W40") {
				t.Errorf("%s: the office is asked %q", p.Week, p.Attention)
			}
		}
	}
}

// The sums of working days, and the clocks that are made of them: one working day for what a
// department corrects and for our own answer, three for a coordination request, to 18:00.
func TestTheClocksFollowTheTable(t *testing.T) {
	v := worldVectors(t)
	for name, file := range tables {
		s := scheduled(t, file)
		for _, a := range v.Add {
			at := state.Clock{Hour: 9, Minute: 40}.On(dayOf(t, s, a.Start))
			if got := s.Calendar.AddWorkdays(at, a.Days).Format(time.DateOnly); got != a.Result {
				t.Errorf("%s: %s + %d working days = %s, the table says %s", name, a.Start, a.Days, got, a.Result)
			}
			want := state.Clock{Hour: 18}.On(dayOf(t, s, a.Result))
			switch a.Days {
			case 1:
				if got := s.ResubmitBy(at); !got.Equal(want) {
					t.Errorf("%s: what is told on %s is put right by %s, want %s", name, a.Start, got, want)
				}
				if got := s.AnswerBy(at); !got.Equal(want) {
					t.Errorf("%s: what comes on %s is answered by %s, want %s", name, a.Start, got, want)
				}
			case 3:
				if got := s.AnswerDue(at); !got.Equal(want) {
					t.Errorf("%s: a request delivered on %s is answered by %s, want %s", name, a.Start, got, want)
				}
			default:
				t.Errorf("no clock counts %d working days", a.Days)
			}
		}
	}
}

// 1 January 2027 is a Friday and a holiday whatever table is there. Without that of 2027 the
// week is due the Monday after, the plan names the missing year, and nothing is escalated;
// with it all of that is over.
func TestTheFirstFridayOf2027(t *testing.T) {
	last := state.Week{Year: 2026, No: 53}
	announced := filepath.Join(t.TempDir(), "calendar.yaml")
	text := "years:\n  2026: {status: official, off: [2026-01-01]}\n  2027: {status: official, off: [{name: 元旦, start: 2027-01-01, end: 2027-01-03}]}\n"
	if err := os.WriteFile(announced, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"the repository's": "", "nothing of 2027": tables["the world's, plain"], "announced": announced} {
		s := scheduled(t, file)
		d := s.Deadline(last)
		if d.Due.Format("2006-01-02 15:04") != "2027-01-04 18:00" || d.Moved != "元旦放假,顺延至1月4日18:00" {
			t.Errorf("%s: due %s (%s)", name, d.Due, d.Moved)
		}
		if s.Late(d, d.Due) || s.Current(d.Due) != last {
			t.Errorf("%s: a report of Monday 18:00 is in time, and of the week it was moved for", name)
		}
		known := file == announced
		if missing := s.Plan(2026).Missing; (len(missing) == 0) != known || !known && missing[0] != 2027 {
			t.Errorf("%s: years without a table %v", name, missing)
		}
		if _, ok := s.EscalationAt(d); ok != known {
			t.Errorf("%s: lead leaders may be told: %v", name, ok)
		}
	}
}

func dayOf(t *testing.T, s *state.Schedule, text string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, text, s.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
