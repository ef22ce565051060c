package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/cmd/duban/internal/demo"
	"duban/configs"
)

func TestADecisionNamesItsReasonAndItsAuthor(t *testing.T) {
	d := newDistrict(t)
	for _, args := range [][]string{
		{"override", "LC2026-006", "ytd_invest", "4420", "--by", "张三"},
		{"override", "LC2026-006", "ytd_invest", "4420", "--reason", "核对"},
		{"override", "LC2026-006", "ytd_invest", "约四千", "--reason", "核对", "--by", "张三"},
		{"override", "LC2026-006", "没有这一列", "1", "--reason", "核对", "--by", "张三"},
		{"override", "LC9999-999", "ytd_invest", "1", "--reason", "核对", "--by", "张三"},
		{"override", "LC2026-006", "--reason", "核对", "--by", "张三"},
		{"exempt", "D25", "--reason", "核对", "--by", "张三"},
		{"exempt", "D99", "--until", "2026-12-31", "--reason", "核对", "--by", "张三"},
	} {
		if _, code := d.duban(args...); code != exitUsage {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}

// The rules tried on the stored reports show what they would change, and change nothing.
func TestChangedRulesAreTriedOnTheStoredReports(t *testing.T) {
	d := newDistrict(t)
	d.reported("2026-W38")
	before := d.must("week", "2026-W38", "--json")
	file := filepath.Join(t.TempDir(), "rules.yaml")
	same := string(configs.BuiltinRules())
	try := func(text string) (out struct {
		Reports int `json:"reports"`
		Rules   []ruleChange
	},
	) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(d.must("rules", "try", file, "--week", "2026-W38", "--json")), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := try(same); got.Reports == 0 || len(got.Rules) != 0 {
		t.Errorf("the same rules: %+v", got)
	}
	got := try(strings.Replace(same, "- rule: arith-ytd-mismatch\n", "- rule: arith-ytd-mismatch\n    from: 2030-01-01\n", 1))
	gone := false
	for _, r := range got.Rules {
		gone = gone || r.Rule == "arith-ytd-mismatch" && r.NoMore > 0 && r.Found == 0
	}
	if !gone {
		t.Errorf("without the rule: %+v", got.Rules)
	}
	if after := d.must("week", "2026-W38", "--json"); after != before {
		t.Error("trying rules changed the week")
	}
	if _, code := d.duban("rules", "try", filepath.Join("testdata", "none.yaml")); code != exitUsage {
		t.Errorf("no file: exit %d", code)
	}
}

// The export counts each rule and names the cell of every value.
func TestTheExportNamesWhereEveryValueStands(t *testing.T) {
	d := newDistrict(t)
	d.reported("2026-W38")
	file := filepath.Join(t.TempDir(), "out.xlsx")
	d.must("export", "--week", "2026-W38", file)
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	find := func(sheet string, want ...string) {
		t.Helper()
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if line := strings.Join(row, "|"); strings.Contains(line, want[0]) && strings.Contains(line, want[len(want)-1]) {
				return
			}
		}
		t.Errorf("%s has no row with %v among %d", sheet, want, len(rows))
	}
	find("规则统计", "arith-ytd-mismatch", "必须改")
	find("本周数据", "LC2026-006|文峰路北延道路工程|续建|年度累计完成投资|4420|4420|", "|在建项目|G4|")
	find("问题台账", "I01|LC2026-", "2026-W38")
	find("协调事项", "I01|", "没有答复")
	find("领导到场", "2026-09|苏拟川|区委副书记、区长|LC2026-001|", "区")
	find("节点", "LC2026-001|", "|1|")
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x := range row {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, _ := f.GetCellFormula(sheet, at); formula != "" {
					t.Errorf("%s %s is a formula: %s", sheet, at, formula)
				}
			}
		}
	}
}

// reported delivers a week's mails and has them judged as they would have been, each in time.
func (d *district) reported(week string) {
	d.t.Helper()
	mails, err := demo.Mails(week)
	if err != nil {
		d.t.Fatal(err)
	}
	for len(mails) > 0 {
		d.set(mails[0].Received.Add(20 * time.Minute))
		mails = d.deliver(mails, d.wall())
		d.must("once", "--at", d.wall().Format(time.RFC3339))
	}
}
