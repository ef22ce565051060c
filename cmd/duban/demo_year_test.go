package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"duban/cmd/duban/internal/demo"
)

// A stretch of the year around the autumn's holidays is told week by week: why a deadline
// moved, who reported in time as the script has it, and every letter that left.
func TestDemoPlaysAYear(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var out, faults bytes.Buffer
	code := run(t.Context(), []string{"demo", "--year", "--from", "2026-09-21", "--weeks", "3", "--seed", "7", "--dir", dir, "--listen", "off"}, strings.NewReader(""), &out, &faults)
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, faults.String())
	}
	told := out.String()
	for _, line := range []string{
		"2026年第39周  截止9月28日周一18:00(中秋节放假,顺延至9月28日18:00)",
		"2026年第40周  截止9月30日周三18:00(办公室另定:国庆节前提前报送)",
		"2026年第41周  截止10月9日周五18:00\n",
		"3个报送周:应报", "各单位\n", "区发改统计局",
	} {
		if !strings.Contains(told, line) {
			t.Errorf("the year does not tell %q:\n%s", line, told)
		}
	}
	from, err := time.ParseInLocation(time.DateOnly, "2026-09-21", demo.Zone)
	if err != nil {
		t.Fatal(err)
	}
	script := demo.DrawYear(7, demo.Weeks(from, from.AddDate(0, 0, 20)), starterConfig(t).cfg.Roster)
	for _, w := range script.Weeks {
		onTime := 0
		for _, dept := range script.Depts {
			if mails := script.Act(w.Name, dept).Mails; len(mails) > 0 && !mails[0].At.After(w.Due.Add(10*time.Minute+59*time.Second)) {
				onTime++
			}
		}
		if want := fmt.Sprintf("按时%d", onTime); !regexp.MustCompile("第" + w.Name[6:] + "周  .*\n.*" + want + `\b`).MatchString(told) {
			t.Errorf("%s: does not tell %s:\n%s", w.Name, want, told)
		}
	}
	lettersAddUp(t, told)
	linksLead(t, dir)
}

// lettersAddUp checks that the letters of the weeks, their kinds and the total agree: a letter
// after the last week was over is in the total only.
func lettersAddUp(t *testing.T, told string) {
	t.Helper()
	weeks := 0
	for _, m := range regexp.MustCompile(`  发信  (\d+)封:(.*)`).FindAllStringSubmatch(told, -1) {
		n, kinds := number(t, m[1]), 0
		for _, k := range regexp.MustCompile(`\d+`).FindAllString(m[2], -1) {
			kinds += number(t, k)
		}
		if n == 0 || n != kinds {
			t.Errorf("a week of %d letters has %d by kind", n, kinds)
		}
		weeks += n
	}
	total := regexp.MustCompile(`发出(\d+)封信`).FindStringSubmatch(told)
	if total == nil || number(t, total[1]) < weeks || number(t, total[1]) > weeks+30 {
		t.Errorf("the weeks have %d letters, the year %q", weeks, total)
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// linksLead checks that the year's page names the weeks and that its links lead to letters.
func linksLead(t *testing.T, dir string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`href="([^"]+)"`).FindAllSubmatch(page, -1)
	var names []string
	for _, l := range links {
		names = append(names, string(l[1]))
		if info, err := os.Stat(filepath.Join(dir, string(l[1]))); err != nil || info.Size() == 0 {
			t.Errorf("the page's link to %s leads nowhere: %v", l[1], err)
		}
	}
	for _, name := range []string{"summary_2026-W39_leaders.html", "summary_2026-W40_leaders.html"} {
		if !slices.Contains(names, name) {
			t.Errorf("the page does not lead to %s but to %q", name, names)
		}
	}
}

// A viewer who has seen enough ends the year between two moments: what was seen is summed up,
// and nothing more happens.
func TestDemoYearEndsWhenTheViewerHasSeenEnough(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, enough := context.WithCancel(t.Context())
	defer enough()
	out := &onWord{word: "第2周  截止", then: enough}
	var faults bytes.Buffer
	code := run(ctx, []string{"demo", "--year", "--dir", dir}, strings.NewReader(""), out, &faults)
	if code != exitDone || faults.Len() > 0 {
		t.Fatalf("exit %d: %s", code, faults.String())
	}
	told := out.String()
	if !strings.Contains(told, "(看到这里为止)") || !strings.Contains(told, "2个报送周") || strings.Contains(told, "第3周  截止") {
		t.Errorf("after the second week it told:\n%s", told)
	}
	if strings.Contains(told, "状态页") {
		t.Error("the status page was served to somebody who had left")
	}
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		t.Error(err)
	}
}

// onWord keeps what is written and acts when a word is.
type onWord struct {
	bytes.Buffer
	word string
	then func()
}

func (o *onWord) Write(p []byte) (int, error) {
	n, err := o.Buffer.Write(p)
	if bytes.Contains(p, []byte(o.word)) {
		o.then()
	}
	return n, err
}

// A year nobody can play is refused before anything happens, with what to write instead.
func TestDemoRefusesAnImpossibleYear(t *testing.T) {
	for args, want := range map[string]string{
		"--from 2026-09-22":             "一个星期一",
		"--from 2025-12-22":             "一个星期一",
		"--from 下周":                     "一个星期一",
		"--weeks 99":                    "1 到",
		"--weeks=-1":                    "1 到",
		"--from 2027-01-04 --weeks 999": "1 到 2",
	} {
		var out, faults bytes.Buffer
		code := run(t.Context(), append([]string{"demo", "--year", "--dir", t.TempDir()}, strings.Fields(args)...), strings.NewReader(""), &out, &faults)
		if code != exitUsage || !strings.Contains(faults.String(), want) || out.Len() > 0 {
			t.Errorf("%s: exit %d, %s", args, code, faults.String())
		}
	}
}
