package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/state"
)

// Every department gets its form before the first reminder. Filled in as a clerk does it, with
// nothing but the week's own content, and sent back as a reply, it is accepted without a single
// finding, week after week; what was reported last stands in the next form.
func TestAFormFilledInIsAcceptedWithoutAWord(t *testing.T) {
	d := newDistrict(t)
	for _, w := range []struct {
		week              string
		sent, back, taken string
	}{
		{"2026-W38", "2026-09-17T09:00:00+08:00", "2026-09-17T10:00:00+08:00", "2026-09-17T10:15:00+08:00"},
		{"2026-W39", "2026-09-24T09:00:00+08:00", "2026-09-24T10:00:00+08:00", "2026-09-24T10:15:00+08:00"},
	} {
		week, err := state.ParseWeek(w.week)
		if err != nil {
			t.Fatal(err)
		}
		before := len(d.letters())
		d.set(mustTime(w.sent))
		d.must("once", "--at", w.sent)
		filled := 0
		for _, sent := range d.letters()[before:] {
			l := readLetter(t, sent)
			if !strings.HasPrefix(l.key, "form/"+w.week) {
				continue
			}
			lawful(t, l)
			d.set(mustTime(w.back))
			if err := d.post.Deliver(replyWith(t, l, fillIn(t, week, formOf(t, sent.Raw)), d.wall()), d.wall()); err != nil {
				t.Fatal(err)
			}
			filled++
		}
		if filled != 22 {
			t.Errorf("%s: %d forms, want one for each of the 22 departments", w.week, filled)
		}
		d.set(mustTime(w.taken))
		d.must("once", "--at", w.taken)
		d.view(func(r *state.Records) error {
			mails, err := r.MailsOf(week)
			for _, m := range mails {
				if m.Kind == state.MailOwn {
					continue
				}
				m.Findings = slices.DeleteFunc(m.Findings, func(f state.Finding) bool { return f.Rule == "red-without-problem" }) // true of some, and on trial
				if m.Kind != state.MailSubmission || m.Decision != state.DecisionAccept || len(m.Findings) > 0 {
					t.Errorf("%s %s: %s %s %+v", w.week, m.Dept, m.Kind, m.Decision, m.Findings)
				}
				for _, b := range m.Books {
					if b.FormVersion == "" || b.FormWeek != week || b.FormDept != m.Dept {
						t.Errorf("%s %s: came back as the form %q of %s for %s", w.week, m.Dept, b.FormVersion, b.FormWeek, b.FormDept)
					}
				}
			}
			return err
		})
		d.view(func(r *state.Records) error {
			depts, err := r.DeptWeeks(week)
			for _, dw := range depts {
				if dw.State != state.Accepted {
					t.Errorf("%s %s stands %s, lacks %v", w.week, dw.Dept, dw.State, dw.Lack)
				}
			}
			return err
		})
	}
}

// duban forms writes the same workbooks, and once more over the old ones.
func TestFormsAreWrittenToAFolder(t *testing.T) {
	d := newDistrict(t)
	dir := filepath.Join(d.dir, "forms")
	for range 2 {
		out := d.must("forms", "--week", "2026-W38", "--dir", dir)
		if n := strings.Count(out, ".xlsx\n"); n != 22 {
			t.Errorf("%d forms are told of, want 22:\n%s", n, out)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 22 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "区住建局第38周重大项目周报表.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, raw)
	if got := cellOf(t, f, "在建项目", "A1"); got != "澜川区2026年重大项目进展周报表(第38周)" {
		t.Errorf("titled %q", got)
	}
	if _, code := d.duban("forms", "--week", "39"); code != exitUsage {
		t.Errorf("a week that is none ends with %d", code)
	}
}

// fillIn does what a clerk does with a form: the figures, texts and words of the week, then
// saving, which calculates. In the second week the open issue of the first stands there
// already and is left.
func fillIn(t *testing.T, week state.Week, form []byte) []byte {
	t.Helper()
	f := opened(t, form)
	for _, sheet := range f.GetSheetList() {
		at := map[string]string{}
		titles, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if visible, _ := f.GetSheetVisible(sheet); !visible || sheet == "填报说明" {
			continue
		}
		for i, title := range titles[2] {
			at[strings.SplitN(title, "(", 2)[0]], _ = excelize.ColumnNumberToName(i + 1)
		}
		put := func(title string, row int, v any) {
			if at[title] == "" {
				return
			}
			if err := f.SetCellValue(sheet, at[title]+strconv.Itoa(row), v); err != nil {
				t.Fatal(err)
			}
		}
		for row := 4; cellOf(t, f, sheet, "C"+strconv.Itoa(row)) != "合计"; row++ {
			if at["本周完成投资"] != "" {
				last, err := strconv.ParseFloat(cellOf(t, f, sheet, at["上周年度累计"]+strconv.Itoa(row)), 64)
				if err != nil {
					t.Fatal(err)
				}
				put("本周完成投资", row, 12.5)
				put("年度累计完成投资", row, last+12.5)
			}
			for _, permit := range []string{"立项", "环评", "规划许可", "用地手续", "施工许可"} {
				if sheet == "前期项目" {
					put(permit, row, "未启动")
				}
			}
			stage := ""
			if sheet == "招商项目" {
				stage = "洽谈阶段:框架协议;"
			}
			put("形象进度", row, stage+map[int]string{38: "完成主体结构第6层浇筑", 39: "北区基坑开挖至-8米,南区封底"}[week.No])
			put("下周工作计划", row, map[int]string{38: "开始南区基坑封底", 39: "北区垫层施工"}[week.No])
			problems := at["存在问题"] + strconv.Itoa(row)
			if row == 4 && week.No == 38 {
				put("存在问题", row, "北段32亩未交地")
				put("需协调解决事项", row, "请文峰街道完成剩余户签约")
				put("协调单位", row, "文峰街道")
				put("要求完成时限", row, time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC))
				put("已征地", row, 0)
			}
			switch got := cellOf(t, f, sheet, problems); {
			case row == 4 && got != "北段32亩未交地":
				t.Errorf("%s %s: the open issue of last week reads %q", week, sheet, got)
			case row > 4 && got != "":
				t.Errorf("%s %s row %d: there was no issue, the form says %q", week, sheet, row, got)
			case row > 4:
				put("存在问题", row, "无")
				put("需协调解决事项", row, "无")
			}
		}
		if err := f.SetCellValue(sheet, "G2", "林拟审"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue(sheet, "I2", time.Date(2026, 9, 17, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	return calculated(t, f)
}

var formulaCell = regexp.MustCompile(`<c r="([A-Z]+\d+)"([^>]*)><f>(.*?)</f>(?:<v>[^<]*</v>|<v/>)?</c>`)

// calculated saves a workbook as a program does that calculates: with every formula's result.
func calculated(t *testing.T, f *excelize.File) []byte {
	t.Helper()
	results := map[string]string{} // by sheet part and cell
	for i, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r := range rows {
			for c := range 40 {
				at, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if formula, err := f.GetCellFormula(sheet, at); err != nil || formula == "" {
					continue
				}
				v, err := f.CalcCellValue(sheet, at, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatalf("%s %s: %v", sheet, at, err)
				}
				results[fmt.Sprintf("xl/worksheets/sheet%d.xml %s", i+2, at)] = v
			}
		}
	}
	var saved, out bytes.Buffer
	if err := f.Write(&saved); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(saved.Bytes()), int64(saved.Len()))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&out)
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		data = formulaCell.ReplaceAllFunc(data, func(cell []byte) []byte {
			m := formulaCell.FindSubmatch(cell)
			style := regexp.MustCompile(` t="[a-z]*"`).ReplaceAllString(string(m[2]), "")
			v := results[part.Name+" "+string(m[1])]
			if _, err := strconv.ParseFloat(v, 64); err != nil {
				style += ` t="str"`
			}
			return fmt.Appendf(nil, `<c r="%s"%s><f>%s</f><v>%s</v></c>`, m[1], style, m[3], v)
		})
		w, err := z.Create(part.Name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func opened(t *testing.T, xlsx []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(xlsx))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func cellOf(t *testing.T, f *excelize.File, sheet, at string) string {
	t.Helper()
	v, err := f.GetCellValue(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// formOf is the one workbook of a letter.
func formOf(t *testing.T, raw []byte) []byte {
	t.Helper()
	for _, p := range leaves(t, raw) {
		if strings.HasSuffix(p.name, ".xlsx") {
			return p.data
		}
	}
	t.Fatal("the letter carries no workbook")
	return nil
}

// replyWith is a department's reply to a letter, with a workbook.
func replyWith(t *testing.T, l letterRead, xlsx []byte, at time.Time) []byte {
	t.Helper()
	encoded := base64.StdEncoding.EncodeToString(xlsx)
	var body strings.Builder
	for len(encoded) > 0 {
		n := min(76, len(encoded))
		body.WriteString(encoded[:n] + "\r\n")
		encoded = encoded[n:]
	}
	return fmt.Appendf(nil, strings.ReplaceAll(`From: <%s>
To: <zdxmb@lanchuan.example>
Subject: =?UTF-8?B?%s?=
Date: %s
Message-ID: <reply-%s@dept.example>
In-Reply-To: %s
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=part

--part
Content-Type: text/plain; charset=utf-8

表已填好,见附件。
--part
Content-Type: application/octet-stream; name=form.xlsx
Content-Disposition: attachment; filename=form.xlsx
Content-Transfer-Encoding: base64

%s--part--
`, "\n", "\r\n"), l.to[0], base64.StdEncoding.EncodeToString([]byte("回复:"+l.subject)), at.Format(time.RFC1123Z),
		strings.ReplaceAll(l.key, "/", "."), l.header.Get("Message-Id"), body.String())
}
