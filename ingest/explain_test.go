package ingest

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

// reply is a mail that answers a letter.
func reply(l state.Letter, text string) Opened {
	o := from(roadsOffice, "回复:"+l.Subject, text)
	o.Message.InReplyTo = l.MessageID
	return o
}

// withRemark writes the 备注 column of every row of a workbook.
func withRemark(b state.Book, text string) state.Book {
	for _, s := range b.Sheets {
		for i := range s.Rows {
			s.Rows[i].Values[columnRemark] = state.Value{Cell: "H" + s.Rows[i].Values["project_id"].Cell[1:], Text: text, Raw: text}
		}
	}
	return b
}

// asked finds the finding of a rule on a project.
func asked(findings []state.Finding, rule, project string) *state.Finding {
	i := slices.IndexFunc(findings, func(f state.Finding) bool { return f.Rule == rule && f.Project == project })
	if i < 0 {
		return nil
	}
	return &findings[i]
}

// above is the first week's report with a year's sum above the year's plan, which is a
// question and no error.
func above(o *office) (line, string) {
	p := o.desk.Roster.Project(port.code)
	over := line{port.code, port.name, int(p.YearPlan/state.Wan) + 50 - 350, int(p.YearPlan/state.Wan) + 50}
	return over, "over-plan"
}

// planned adds the year's plan of the registry to a workbook.
func planned(o *office, b state.Book) state.Book {
	s := &b.Sheets[0]
	s.Columns = append(s.Columns, state.ColumnAt{ID: "year_plan", Title: "年度计划", Col: "I"})
	for i := range s.Rows {
		plan := o.desk.Roster.Project(s.Rows[i].Values["project_id"].Text).YearPlan.Wan()
		s.Rows[i].Values["year_plan"] = state.Value{Cell: "I" + strconv.Itoa(s.Rows[i].No), Text: plan, Raw: plan}
	}
	return b
}

func TestARemarkAnswersTheQuestionsOfItsRow(t *testing.T) {
	o := only(newOffice(t))
	over, rule := above(o)
	silent := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(planned(o, preliminary("b1", week38, road, over))))
	if f := asked(silent.Mail.Findings, rule, port.code); f == nil || f.Level != state.LevelWarning || f.Explained != "" {
		t.Fatalf("without a remark: %+v in %v", f, silent.Mail.Findings)
	}
	v := o.take("m2", at(18, 10, 0), from(roadsOffice, "周报", "").with(withRemark(planned(o, preliminary("b2", week38, road, over)), "省里追加了投资")))
	if f := asked(v.Mail.Findings, rule, port.code); f == nil || f.Explained != "省里追加了投资" || v.Mail.Decision != state.DecisionAccept {
		t.Errorf("with a remark: %+v", f)
	}
}

func TestAnExplanationIsRememberedForSomeWeeks(t *testing.T) {
	o := only(newOffice(t))
	over, rule := above(o)
	first := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(planned(o, preliminary("b1", week38, road, over))))
	l := o.letterOf(first, 1)
	item := strconv.Itoa(asked(l.Findings, rule, port.code).Item)
	o.take("m2", at(18, 11, 0), reply(l, item+". 省里追加了投资"))
	for weeks, still := range map[int]bool{1: true, 4: true, 5: false} {
		week := week38.Add(weeks)
		next := line{port.code, port.name, 0, over.ytd}
		book := planned(o, preliminary("w"+week.String(), week, line{road.code, road.name, 0, road.ytd}, next))
		v := o.take("n"+week.String(), o.desk.Schedule.Deadline(week).Due.AddDate(0, 0, -1), from(roadsOffice, "周报", "").with(book))
		f := asked(v.Mail.Findings, rule, port.code)
		if f == nil || (f.Explained != "") != still {
			t.Errorf("after %d weeks: %+v of %v", weeks, f, rulesOf(v.Mail.Findings, state.LevelWarning))
		}
	}
}

func TestAnAnswerByNumberSettlesAQuestionAndNoError(t *testing.T) {
	o := only(newOffice(t))
	over, rule := above(o)
	wrong := line{road.code, road.name, 20, 900}
	l := o.letterOf(o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(planned(o, preliminary("b1", week38, wrong, over)))), 1)
	text := ""
	for _, f := range l.Findings {
		text += string(rune('0'+f.Item)) + "、情况属实,审计核减\n"
	}
	v := o.take("m2", at(18, 11, 0), reply(l, text))
	w := v.Depts[0]
	if v.Mail.Kind != state.MailAnswer || v.Mail.Decision != state.DecisionAccept || v.Mail.Raise != state.RaiseExplained {
		t.Fatalf("%s %s %q: %s", v.Mail.Kind, v.Mail.Decision, v.Mail.Raise, v.Mail.Reason)
	}
	if w.State != state.Correcting || !slices.Equal(w.Wait, []string{road.code}) || w.Open[0].Explained != "情况属实,审计核减" {
		t.Errorf("the error: %s waits %v open %+v", w.State, w.Wait, w.Open)
	}
	if f := asked(w.Tries[0].Findings, rule, port.code); f == nil || f.Explained == "" {
		t.Errorf("the question: %+v", f)
	}
	if len(w.Replies) != 1 || len(w.Replies[0].Items) != len(l.Findings) || w.Replies[0].Letter != l.Key {
		t.Errorf("kept: %+v", w.Replies)
	}
}

// Whoever presses reply on our reminder answers the letter it reminds of: the reminder has no
// numbers of its own.
func TestAnAnswerByNumberToTheReminderAnswersTheLetter(t *testing.T) {
	o := only(newOffice(t))
	over, rule := above(o)
	l := o.letterOf(o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(planned(o, preliminary("b1", week38, road, over)))), 1)
	reminder := state.Letter{
		Key: "resubmit/2026-W38/D05/1/1", Kind: state.TopicResubmit, Week: week38, Dept: l.Dept, Round: 1, Subject: "补正到期提醒", MessageID: "reminder@office",
		QueuedAt: at(18, 16, 0), Deliveries: []state.Delivery{{To: roadsOffice, Phase: state.PhaseSent}},
	}
	if err := o.store.Update(t.Context(), func(r *state.Records) error { _, err := r.Enqueue(reminder); return err }); err != nil {
		t.Fatal(err)
	}
	v := o.take("m2", at(18, 17, 0), reply(reminder, strconv.Itoa(asked(l.Findings, rule, port.code).Item)+". 省里追加了投资"))
	if v.Mail.Kind != state.MailAnswer || len(v.Depts) != 1 {
		t.Fatalf("%s %s: %s", v.Mail.Kind, v.Mail.Decision, v.Mail.Reason)
	}
	if f := asked(v.Depts[0].Tries[0].Findings, rule, port.code); f == nil || f.Explained != "省里追加了投资" {
		t.Errorf("the question: %+v", f)
	}
}

func TestADisputedItemWaitsForTheOffice(t *testing.T) {
	o := only(newOffice(t))
	wrong := line{road.code, road.name, 20, 900}
	l := o.letterOf(o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, wrong, port))), 1)
	v := o.take("m2", at(18, 11, 0), reply(l, "1. 异议:上周的数是办公室登错的,请复核"))
	w := v.Depts[0]
	if v.Mail.Raise != state.RaiseDisputed || len(w.Open)+len(w.Wait)+len(w.Lack) != 0 || len(w.Parked) != 1 || w.Row(road.code) != nil || w.State == state.Correcting {
		t.Fatalf("raise %q, state %s, open %v, wait %v, lack %v, parked %v", v.Mail.Raise, w.State, w.Open, w.Wait, w.Lack, w.Parked)
	}
	// The same figure again changes nothing; another one is judged as ever.
	w = o.take("m3", at(18, 12, 0), from(roadsOffice, "周报", "").with(preliminary("b3", week38, wrong, port))).Depts[0]
	if len(w.Parked) != 1 || len(w.Open)+len(w.Wait) != 0 || w.Row(road.code) != nil {
		t.Errorf("the same again: open %v, parked %v", w.Open, w.Parked)
	}
	w = o.take("m4", at(18, 13, 0), from(roadsOffice, "周报", "").with(preliminary("b4", week38, road, port))).Depts[0]
	if len(w.Parked) != 0 || w.State != state.Accepted || w.Row(road.code) == nil {
		t.Errorf("corrected after all: %s, parked %v", w.State, w.Parked)
	}
}

func TestAnOldWorkbookDraggedAlongIsReadForItsNumbersOnly(t *testing.T) {
	o := only(newOffice(t))
	over, _ := above(o)
	book := planned(o, preliminary("b1", week38, road, over))
	l := o.letterOf(o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(book)), 1)
	v := o.take("m2", at(18, 11, 0), reply(l, "1. 省里追加了投资").with(book))
	if v.Mail.Kind != state.MailAnswer || len(v.Depts) != 1 || len(v.Depts[0].Tries) != 1 || len(v.Depts[0].Replies) != 1 {
		t.Errorf("%s %s: %s", v.Mail.Kind, v.Mail.Decision, v.Mail.Reason)
	}
}

func TestProjectsListedByNumberAreNoAnswer(t *testing.T) {
	o := only(newOffice(t))
	wrong := line{road.code, road.name, 20, 900}
	o.letterOf(o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, wrong, port))), 1)
	v := o.take("m2", at(18, 11, 0), from(roadsOffice, "本周项目进展情况", "1. 快速路完成路基3公里\n2. 码头完成桩基"))
	if v.Mail.Kind == state.MailAnswer || v.Mail.Raise != "" {
		t.Errorf("%s %s %s", v.Mail.Kind, v.Mail.Decision, v.Mail.Reason)
	}
}

func TestTheOfficesValueOutlivesAResubmission(t *testing.T) {
	o := only(newOffice(t))
	wrong := line{road.code, road.name, 20, 900}
	o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, wrong, port)))
	amend := state.Amendment{Week: week38, Project: road.code, Column: "ytd_invest", Value: "800", Reason: "电话核对", By: "张三"}
	stands := func(what string, want state.Fen, waits bool) {
		t.Helper()
		err := o.store.View(context.Background(), func(r *state.Records) error {
			w, err := r.DeptWeek(week38, "D05")
			row := w.Row(road.code)
			switch {
			case waits != (row == nil) || waits != (w.State == state.Correcting):
				t.Errorf("%s: row %+v, state %s, open %v", what, row, w.State, w.Open)
			case row != nil && (row.YTD != want || !row.Amended()):
				t.Errorf("%s: %v amended %v", what, row.YTD, row.Amended())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	change := func(do func(*state.Records) error) {
		t.Helper()
		err := o.store.Update(context.Background(), func(r *state.Records) error {
			if err := do(r); err != nil {
				return err
			}
			_, err := o.desk.Recount(r, week38, road.code)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	change(func(r *state.Records) error { return r.PutAmendment(amend) })
	stands("amended", 800*state.Wan, false)
	o.take("m2", at(18, 12, 0), from(roadsOffice, "周报", "").with(preliminary("b2", week38, line{road.code, road.name, 20, 901}, port)))
	stands("sent wrong again", 800*state.Wan, false)
	change(func(r *state.Records) error { return r.ClearAmendment(amend) })
	err := o.store.View(context.Background(), func(r *state.Records) error {
		m, err := r.Mail("m2")
		if got := m.Books[0].Sheets[0].Rows[0].Values["ytd_invest"]; got.ByOffice || got.Text != "901" {
			t.Errorf("what the department sent was altered: %+v", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnAcceptedRowCountsAsSent(t *testing.T) {
	o := only(newOffice(t))
	o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, line{road.code, road.name, 20, 900}, port)))
	err := o.store.Update(context.Background(), func(r *state.Records) error {
		if err := r.PutAmendment(state.Amendment{Week: week38, Project: road.code, Mail: "m1"}); err != nil {
			return err
		}
		if found, err := o.desk.Recount(r, week38, road.code); err != nil || !found {
			return err
		}
		w, err := r.DeptWeek(week38, "D05")
		row := w.Row(road.code)
		if row == nil || row.YTD != 900*state.Wan || w.State != state.Accepted || len(w.Wait)+len(w.Open) != 0 {
			t.Errorf("row %+v, state %s", row, w.State)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnExemptProjectIsNotMissing(t *testing.T) {
	o := only(newOffice(t))
	until := at(25, 0, 0)
	err := o.store.Update(context.Background(), func(r *state.Records) error {
		return r.PutExemption(state.Exemption{Subject: port.code, From: week38, Until: until, Reason: "停工整改"})
	})
	if err != nil {
		t.Fatal(err)
	}
	v := o.take("m1", at(20, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road))) // after the deadline
	if w := v.Depts[0]; len(w.Lack) != 0 || w.State != state.Accepted || v.Mail.Decision != state.DecisionAccept {
		t.Errorf("%s, lacks %v, %v", w.State, w.Lack, rulesOf(v.Mail.Findings, state.LevelError))
	}
	after := o.desk.Schedule.Deadline(week38.Add(2)).Due
	w := o.take("m2", after.AddDate(0, 0, -1), from(roadsOffice, "周报", "").with(preliminary("b2", week38.Add(2), line{road.code, road.name, 0, 800}))).Depts[0]
	if !slices.Equal(w.Lack, []string{port.code}) {
		t.Errorf("after the exemption ended it lacks %v", w.Lack)
	}
}

func TestWhatWeDidNotAnswerInTimeStands(t *testing.T) {
	o := only(newOffice(t))
	c := &Collector{Store: o.store, Desk: o.desk}
	wrong := line{port.code, port.name, 10, 390}
	o.take("m1", at(17, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, wrong)))
	stands := func(now time.Time) *state.DeptWeek {
		t.Helper()
		if err := c.overdue(context.Background(), now); err != nil {
			t.Fatal(err)
		}
		var w *state.DeptWeek
		err := o.store.View(context.Background(), func(r *state.Records) (err error) {
			w, err = r.DeptWeek(week38, "D05")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if w := stands(at(18, 18, 0)); w.State != state.Correcting {
		t.Fatalf("within the limit: %s", w.State)
	}
	w := stands(at(18, 18, 5))
	row := w.Row(port.code)
	if w.State != state.Unverified || len(w.Wait)+len(w.Open) != 0 || row == nil || !row.Unverified || row.YTD != 390*state.Wan || w.Returned() || w.Row(road.code).Unverified {
		t.Errorf("past the limit: %s, waits %v, open %v, row %+v, returned %v", w.State, w.Wait, w.Open, row, w.Returned())
	}
	// A new version is judged as ever.
	again := o.take("m2", at(18, 19, 0), from(roadsOffice, "周报", "").with(preliminary("b2", week38, road, port))).Depts[0]
	if again.State != state.Accepted || again.Row(port.code).Unverified {
		t.Errorf("after a new version: %s", again.State)
	}
}

// What still waits in our outbox when our limit is over told nobody anything: the rows it is about
// stand, of whichever version, and only those.
func TestWhatWeWroteInTimeAndDidNotSendStands(t *testing.T) {
	for name, c := range map[string]struct {
		phase state.Phase
		want  state.DeptState
	}{
		"still waiting":       {state.PhaseQueued, state.Unverified},
		"sent":                {state.PhaseSent, state.Correcting},
		"in doubt":            {state.PhaseDoubtful, state.Correcting},
		"refused for good":    {state.PhaseFailed, state.Correcting},
		"dropped by a person": {state.PhaseDropped, state.Correcting},
	} {
		o := only(newOffice(t))
		collector := &Collector{Store: o.store, Desk: o.desk}
		first := o.take("m1", at(17, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, line{port.code, port.name, 10, 390})))
		l := o.letterOf(first, 1)
		o.take("m2", at(17, 15, 0), from(roadsOffice, "周报", "").with(preliminary("b2", week38, road)))
		l.Deliveries[0].Phase = c.phase
		err := o.store.Update(t.Context(), func(r *state.Records) error { return r.PutLetter(l) })
		if err == nil {
			err = collector.overdue(t.Context(), at(18, 18, 5))
		}
		var w *state.DeptWeek
		if err == nil {
			err = o.store.View(t.Context(), func(r *state.Records) (err error) {
				w, err = r.DeptWeek(week38, "D05")
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		stands := c.want == state.Unverified
		if row := w.Row(port.code); w.State != c.want || (row != nil && row.Unverified) != stands || w.Tries[0].Unverified != stands || w.Tries[1].Unverified || w.Row(road.code).Unverified {
			t.Errorf("%s: %s, row %+v", name, w.State, row)
		}
	}
}

// readOnly is a store nobody may write to.
type readOnly struct{ state.KV }

func (readOnly) Update(context.Context, func(state.Tx) error) error { return state.ErrReadOnly }

// What was answered in time does not stand, and finding that out is no update: the department
// may take weeks to correct it.
func TestWhatWasAnsweredInTimeDoesNotStand(t *testing.T) {
	o, kv := only(newOffice(t)), memkv.New()
	stores := [2]*state.Store{}
	for i, kv := range []state.KV{kv, readOnly{kv}} {
		store, err := state.NewStore(t.Context(), kv)
		if err != nil {
			t.Fatal(err)
		}
		stores[i] = store
	}
	o.store = stores[0]
	c := &Collector{Store: stores[1], Desk: o.desk}
	wrong := line{port.code, port.name, 10, 390}
	o.letterOf(o.take("m1", at(17, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, wrong))), 1)
	if err := c.overdue(context.Background(), at(20, 9, 0)); err != nil {
		t.Fatal(err)
	}
	err := o.store.View(context.Background(), func(r *state.Records) error {
		w, err := r.DeptWeek(week38, "D05")
		if w.State != state.Correcting || len(w.Wait) != 1 {
			t.Errorf("%s, waits %v", w.State, w.Wait)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
