package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duban/cmd/duban/internal/demo"
)

// county is a district made up for measuring: departments of sixty projects each, which
// report as often as asked, every form another one, one in twenty wrong.
type county struct{ depts int }

const (
	countyRows   = 60
	countyFaulty = 20 // one form in so many has a wrong cumulative
)

// countyNoon is a Friday before the deadline of week 38, countyTurn when every mail of that
// noon may be answered.
var (
	countyNoon = mustTime("2026-09-18T12:00:00+08:00")
	countyTurn = mustTime("2026-09-18T15:00:00+08:00")
)

func countyDept(d int) string { return fmt.Sprintf("B%04d", d) }

func countyProject(d, row int) string { return fmt.Sprintf("LC2026-%04d%02d", d, row) }

// figures of a project in 万元: the year's plan, what was done in earlier years and what it
// has this year before week 38.
func countyFigures(d, row int) (plan, before, opening int) {
	return 10_000 + 10*row, 4_000 + 100*(d%7), 5_200 + 10*row
}

// write replaces the registry in dir, which writeDistrict filled, by the county's.
func (c county) write(tb testing.TB, dir string) {
	tb.Helper()
	var depts, projects strings.Builder
	depts.WriteString("dept_id,name,short_name,reports_weekly,contact,email\n")
	projects.WriteString("project_id,name,class,total_invest_wan,cum_to_2025_wan,year_plan_2026_wan,ytd_w37_wan,resp_dept,lead_leader\n")
	for d := range c.depts {
		id := countyDept(d)
		fmt.Fprintf(&depts, "%s,区第%d工作局,%d局,1,贺拟真,%s\n", id, d, d, countyMail(d))
		for row := range countyRows {
			plan, before, opening := countyFigures(d, row)
			fmt.Fprintf(&projects, "%s,%s,续建,%d,%d,%d,%d,%s,L02\n", countyProject(d, row), countyName(d, row), 3*plan, before, plan, opening, id)
		}
	}
	for name, text := range map[string]string{
		"departments.csv": depts.String(), "projects.csv": projects.String(),
		"milestones.csv": "project_id,milestone,plan_date\n", "plan_curve.csv": curveHead,
	} {
		if err := os.WriteFile(filepath.Join(dir, "registry", name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

const curveHead = "project_id,m01_cum_pct,m02_cum_pct,m03_cum_pct,m04_cum_pct,m05_cum_pct,m06_cum_pct,m07_cum_pct,m08_cum_pct,m09_cum_pct,m10_cum_pct,m11_cum_pct,m12_cum_pct\n"

func countyMail(d int) string { return fmt.Sprintf("b%04d@lanchuan.example", d) }

func countyName(d, row int) string {
	return fmt.Sprintf("第%d工作局第%d号道路及配套管网工程", d, row)
}

// mail is the n-th mail of the county: departments take turns, and each time one reports its
// figures have grown. It gives the raw bytes and when the server received them.
func (c county) mail(tb testing.TB, n int) ([]byte, time.Time) {
	tb.Helper()
	d, try := n%c.depts, n/c.depts
	at := countyNoon.Add(time.Duration(n) * time.Second / 10)
	form := base64.StdEncoding.EncodeToString(countyForm(tb, d, try, n%countyFaulty == countyFaulty/2))
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s <%s>\r\nTo: zdxmb@lanchuan.example\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%d.%d@lanchuan.example>\r\nMIME-Version: 1.0\r\n",
		mime.BEncoding.Encode("utf-8", fmt.Sprintf("%d局", d)), countyMail(d), mime.BEncoding.Encode("utf-8", "重大项目周报(第38周)"), at.Format(time.RFC1123Z), d, try)
	b.WriteString("Content-Type: multipart/mixed; boundary=\"county\"\r\n\r\n--county\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nweekly report\r\n")
	fmt.Fprintf(&b, "--county\r\nContent-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\r\nContent-Disposition: attachment; filename=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		mime.BEncoding.Encode("utf-8", "周报.xlsx"))
	for len(form) > 0 {
		line := form[:min(76, len(form))]
		form = form[len(line):]
		b.WriteString(line + "\r\n")
	}
	b.WriteString("--county--\r\n")
	return b.Bytes(), at
}

var countyHeads = []string{
	"序号", "项目编号", "项目名称", "项目类别", "总投资", "2026年计划投资", "本周完成投资", "年度累计完成投资", "年度投资完成率", "自开工累计完成投资",
	"形象进度", "立项", "环评", "规划", "用地", "施工许可", "应征地(亩)", "已征地(亩)", "应拆迁(户)", "已拆迁(户)", "到位资金", "存在问题",
	"需协调解决事项", "协调单位", "要求完成时限", "下周工作计划", "牵头领导", "责任单位", "责任人", "备注",
}

// countyForm is one weekly form as .xlsx, its texts shared and its numbers numbers.
func countyForm(tb testing.TB, d, try int, faulty bool) []byte {
	tb.Helper()
	var w demo.Sheet
	w.Row("云泽市澜川区2026年重大项目进展周报表(第38周)")
	w.Row(fmt.Sprintf("填报单位:%d局  填报人:贺拟真  审核人:方拟准  填报日期:2026年9月18日  单位:万元、亩、户", d))
	heads := make([]any, len(countyHeads))
	for i, h := range countyHeads {
		heads[i] = h
	}
	w.Row(heads...)
	for row := range countyRows {
		plan, before, opening := countyFigures(d, row)
		week := 10 + try%90
		ytd := opening + week
		if faulty && row == 7 {
			ytd += 500
		}
		w.Row(row+1, countyProject(d, row), countyName(d, row), "续建", 3*plan, plan, week, ytd, fmt.Sprintf("%.1f%%", 100*float64(ytd)/float64(plan)), before+ytd,
			fmt.Sprintf("完成K%d+200至K%d+%d段路基填筑;管网安装%d米", row, row+1, 100+try%900, 40*row+try), "已办结", "已办结", "已办结", "已办结", "已办结", 31, 31, 0, 0, plan/2, "无",
			"无", "无", "—", fmt.Sprintf("继续路基填筑,完成管网%d米", 40*row+60+try), "苏拟川", fmt.Sprintf("%d局", d), "方拟准")
	}
	book, err := w.Pack()
	if err != nil {
		tb.Fatal(err)
	}
	return book
}
