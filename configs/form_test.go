package configs

import (
	"strings"
	"testing"

	"duban/state"
)

func TestBuiltinFormReads(t *testing.T) {
	f, err := BuiltinForm()
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Columns) < 40 || len(f.Sheets) != 3 {
		t.Fatalf("%d columns, %d sheets", len(f.Columns), len(f.Sheets))
	}
	if len(f.Sheets[0].Columns) != 33 || len(f.Sheets[1].Columns) != 30 || len(f.Sheets[2].Columns) != 17 {
		t.Error("the blank sheets do not have the columns of the office's own form, last week's sum, the leader's visit and the permits' dates")
	}
	for _, id := range []string{"progress", "problems", "next_plan"} {
		if !f.Column(id).Needs(state.ClassPreliminary) {
			t.Errorf("a blank %s must be a finding for a preliminary project", id)
		}
	}
	if f.ClassWords["结转项目"] != state.ClassContinuing {
		t.Error("结转项目 is another word for 续建")
	}
}

func TestFormTellsEveryFaultAtOnce(t *testing.T) {
	_, faults := LoadForm([]byte(strings.TrimSpace(`
titel: 周报
columns:
  - {id: a, title: 甲, kind: money, headers: [甲, 乙]}
  - {id: a, title: 丙, kind: mony, headers: [乙], required: [在建]}
  - {id: b, title: 丁, headers: [甲]}
sheets:
  - {name: 表, columns: [a, c]}
`)), "form.yaml")
	for _, want := range []string{
		"form.yaml:1:1 titel:不认识“titel”。 改法:是不是“title”?",
		"单位只能是万元", "列 a 写了两次,前一次在第3行", "不认识的类型“mony”", "没有“在建”这一类项目",
		"表头“甲”同时写给了 a 和 b 两列", "用了没有的列“c”",
	} {
		if !strings.Contains(faults.Error(), want) {
			t.Errorf("faults lack %q:\n%v", want, faults)
		}
	}
}
