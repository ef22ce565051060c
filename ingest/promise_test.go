package ingest

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"duban/configs"
	"duban/ingest/rules"
	"duban/state"
	"duban/state/memkv"
)

// letterOf records a letter of correction that told all that was found in a mail.
func (o *office) letterOf(v Verdict, round int) state.Letter {
	o.t.Helper()
	l := state.Letter{
		Key:  state.Occasion{Topic: state.TopicCorrection, Week: v.Mail.Week, Target: v.Mail.Dept, Round: round}.Key(),
		Kind: state.TopicCorrection, Week: v.Mail.Week, Dept: v.Mail.Dept, Round: round, Cause: v.Mail.ID,
		MessageID: v.Mail.ID + ".letter@office", ReplyBy: at(21, 18, 0),
		Deliveries: []state.Delivery{{To: roadsOffice, Phase: state.PhaseSent}},
	}
	for _, f := range v.Mail.Findings {
		if f.Level != state.LevelNote && f.Follows == "" && f.Explained == "" {
			f.Item = len(l.Findings) + 1
			l.Findings = append(l.Findings, f)
		}
	}
	err := o.store.Update(context.Background(), func(r *state.Records) error {
		_, err := r.Enqueue(l)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return l
}

// typed puts a text into a cell of a workbook made by preliminary.
func typed(b state.Book, project, column, text string) state.Book {
	for _, s := range b.Sheets {
		for _, row := range s.Rows {
			if row.Values["project_id"].Text == project {
				row.Values[column] = retyped(row.Values[column], text)
			}
		}
	}
	return b
}

func retyped(v state.Value, text string) state.Value {
	out := state.Value{Cell: v.Cell, Text: text, Raw: text}
	if strings.HasPrefix(text, "约") {
		out.Text, out.Doubt = "", "not-a-number"
	}
	return out
}

// onTrial are the shipped rules with some of them put on trial: what a letter forgets when
// they come into force between two versions.
func onTrial(t testing.TB, form *state.Form, names ...string) *rules.Set {
	t.Helper()
	text := string(configs.BuiltinRules())
	for _, name := range names {
		text = strings.Replace(text, "- rule: "+name+"\n", "- rule: "+name+"\n    trial: true\n", 1)
	}
	set, wrong := rules.Load([]byte(text), "rules.yaml", form)
	if set == nil {
		t.Fatal(wrong)
	}
	return set
}

func TestWhatTheLetterForgotIsOurFault(t *testing.T) {
	o := only(newOffice(t))
	strict := o.desk.Rules
	o.desk.Rules = onTrial(t, o.desk.Form, "arith-ytd-mismatch")
	first := func(blob string) state.Book {
		return typed(preliminary(blob, week38, road, line{port.code, port.name, 10, 390}), road.code, "progress", "")
	}
	v := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(first("b1")))
	if got := rulesOf(v.Mail.Findings, state.LevelError); !slices.Equal(got, []string{"required-empty"}) {
		t.Fatalf("first version: %v", got)
	}
	o.letterOf(v, 1)

	o.desk.Rules = strict
	v = o.take("m2", at(18, 14, 0), from(roadsOffice, "补正", "").with(typed(first("b2"), road.code, "progress", "可研报告已评审完成")))
	w := v.Depts[0]
	if v.Mail.Decision != state.DecisionAccept || w.State != state.Accepted || len(w.Wait) != 0 || w.Row(port.code) == nil {
		t.Fatalf("second version: %s, %s, waits %v, open %v", v.Mail.Decision, w.State, w.Wait, w.Open)
	}
	ours := slices.IndexFunc(v.Mail.Findings, func(f state.Finding) bool { return f.Ours })
	if ours < 0 || v.Mail.Findings[ours].Rule != "arith-ytd-mismatch" || v.Mail.Findings[ours].Level != state.LevelNote {
		t.Errorf("the office is not told what the letter forgot: %v", v.Mail.Findings)
	}
	err := o.store.View(context.Background(), func(r *state.Records) error {
		mails, err := r.AttentionMails(10)
		if len(mails) != 1 || mails[0].ID != "m2" {
			t.Errorf("the office is to hear of %v", mails)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatTheEditMadeWrongIsAsked(t *testing.T) {
	for name, edit := range map[string]struct{ project, column, text string }{
		"in the cell itself":        {port.code, "ytd_invest", "390"},
		"in a cell it depends on":   {port.code, "week_invest", "77"},
		"in the row of another one": {road.code, "ytd_invest", "900"},
	} {
		o := only(newOffice(t))
		first := func(blob string) state.Book {
			return typed(preliminary(blob, week38, road, port), road.code, "progress", "")
		}
		o.letterOf(o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(first("b1"))), 1)
		second := typed(first("b2"), road.code, "progress", "可研报告已评审完成")
		v := o.take("m2", at(18, 14, 0), from(roadsOffice, "补正", "").with(typed(second, edit.project, edit.column, edit.text)))
		if w := v.Depts[0]; v.Mail.Decision != state.DecisionCorrect || !slices.Equal(w.Wait, []string{edit.project}) {
			t.Errorf("%s: %s, waits %v, findings %v", name, v.Mail.Decision, w.Wait, rulesOf(v.Mail.Findings, state.LevelError))
		}
	}
}

// alsoTo is how an item names a further cell to change, and to what.
var alsoTo = regexp.MustCompile(`\(([A-Z]+[0-9]+)\)相应应为([0-9.]+)`)

// TestCorrectingWhatTheLetterListsIsAlwaysAccepted is the law of round two as the department
// lives it: whatever was wrong, and whatever the letter forgot because rules came into force
// meanwhile, a second version in which exactly the listed cells are put right is accepted,
// and nothing forgotten is counted against anybody.
func TestCorrectingWhatTheLetterListsIsAlwaysAccepted(t *testing.T) {
	base := only(newOffice(t))
	strict := base.desk.Rules
	lax := []*rules.Set{
		strict, onTrial(t, base.desk.Form, "arith-ytd-mismatch"), onTrial(t, base.desk.Form, "required-empty", "not-a-number"),
		onTrial(t, base.desk.Form, "vague-progress", "unit-suspect", "negative-amount"),
	}
	right := map[string]map[string]string{
		road.code: {"week_invest": "20", "ytd_invest": "800", "progress": "可研评审800项已经完成", "problems": "无", "next_plan": "完成可研"},
		port.code: {"week_invest": "10", "ytd_invest": "360", "progress": "可研评审360项已经完成", "problems": "无", "next_plan": "完成可研"},
	}
	rapid.Check(t, func(rt *rapid.T) {
		store, err := state.NewStore(context.Background(), memkv.New())
		if err != nil {
			rt.Fatal(err)
		}
		o := &office{t, base.desk, store}
		o.desk.Rules = lax[rapid.IntRange(0, len(lax)-1).Draw(rt, "rules of the first round")]
		version := func(blob string) state.Book {
			b := preliminary(blob, week38, road, port)
			for project, columns := range right {
				for column, text := range columns {
					typed(b, project, column, text)
				}
			}
			return b
		}
		spoilt := version("b1")
		for range rapid.IntRange(1, 4).Draw(rt, "mistakes") {
			project := rapid.SampledFrom([]string{road.code, port.code}).Draw(rt, "project")
			column := rapid.SampledFrom([]string{"week_invest", "ytd_invest", "progress", "next_plan"}).Draw(rt, "column")
			text := rapid.SampledFrom([]string{"", "约30", "3", "800", "8000000", "0.08", "正常推进", "-5"}).Draw(rt, "text")
			typed(spoilt, project, column, text)
		}
		first := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(spoilt))
		if first.Mail.Decision != state.DecisionCorrect {
			return
		}
		letter := o.letterOf(first, 1)
		second, declared := copied(first.Mail.Books[0], "b2"), false
		for _, f := range letter.Findings {
			declared = declared || strings.Contains(f.Message, "再核对")
			rewrite(second, f.Cell, right[f.Project][f.Column])
		}
		for _, f := range letter.Findings { // what the letter says word for word comes first
			if _, err := state.ParseWan(f.Expected); err == nil {
				rewrite(second, f.Cell, f.Expected)
			}
			for _, m := range alsoTo.FindAllStringSubmatch(f.Message, -1) {
				rewrite(second, m[1], m[2])
			}
		}
		o.desk.Rules = strict
		v := o.take("m2", at(18, 14, 0), from(roadsOffice, "补正", "").with(second))
		if declared { // what the letter said it could not check may still be asked
			return
		}
		if w := v.Depts[0]; v.Mail.Decision != state.DecisionAccept || len(w.Wait)+len(w.Open) != 0 || w.State != state.Accepted {
			rt.Fatalf("the letter listed %v;\nthen asked: %v", letter.Findings, errorsOf(v.Mail.Findings))
		}
	})
}

// rewrite types a text into one cell.
func rewrite(b state.Book, cell, text string) {
	for _, row := range b.Sheets[0].Rows {
		for column, v := range row.Values {
			if v.Cell == cell {
				row.Values[column] = retyped(v, text)
			}
		}
	}
}

// copied is a workbook as a department sends it again, sharing no cell with the first.
func copied(b state.Book, blob string) state.Book {
	b.Blob, b.Markable, b.Name = blob, blob, blob+".xlsx"
	b.Sheets = slices.Clone(b.Sheets)
	for i := range b.Sheets {
		s := &b.Sheets[i]
		s.Rows = slices.Clone(s.Rows)
		for j := range s.Rows {
			values := map[string]state.Value{}
			for id, v := range s.Rows[j].Values {
				values[id] = v
			}
			s.Rows[j].Values = values
		}
	}
	return b
}
