package ingest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// The oracle's district: one department whose projects it invents, with a history it knows
// because it made it. What a right report of a week says follows from plain sums here; nothing
// is taken from the rules.

// thing is one project of the oracle: what the registry says, and its true course.
type thing struct {
	id, name string
	class    state.Class
	total    int // 万元, like all amounts here
	plan     int
	before   int // to the end of last year
	opening  int // this year's, before the first week
	weekly   []int
	habit    string // what it does over the weeks, see course
	words    string // a word of its own in every text
}

// The habits: a project that stands still on purpose, so that rules over weeks have something
// to see.
const (
	steadily = ""         // new work every week
	stalls   = "stalls"   // the same words and no money over the last weeks
	stopped  = "stopped"  // reports that work has stopped, with the reason
	finished = "finished" // reports that it is finished
	shifting = "shifting" // puts its date of completion off
	intent   = "intent"   // the same words about an early stage
	quiet    = "quiet"    // the same words about a later stage
	unbegun  = "unbegun"  // not begun, and says why
)

// sheetsOf are the oracle's sheets: their classes and columns, by id, in order.
var sheetsOf = []struct {
	name    string
	classes []state.Class
	columns []string
}{
	{"在建项目", []state.Class{state.ClassContinuing, state.ClassNewStart}, []string{
		"seq", "project_id", "project_name", "project_class", "total_invest", "year_plan", "week_invest", "ytd_invest", "ytd_rate", "cum_invest",
		"funds_in", "progress", "land_need_mu", "land_done_mu", "demo_need", "demo_done", "problems", "coordination_request", "coordination_units",
		"request_deadline", "urgency", "next_plan", "lead_leader", "visit_date", "responsible_dept", "phone", "planned_start", "planned_finish",
		"actual_start", "actual_finish", "remark",
	}},
	{"前期项目", []state.Class{state.ClassPreliminary}, []string{
		"seq", "project_id", "project_name", "total_invest", "year_plan", "week_invest", "ytd_invest", "progress",
		"permit_approval", "permit_approval_date", "permit_eia", "permit_planning", "permit_land", "permit_construction",
		"problems", "coordination_request", "coordination_units", "request_deadline", "next_plan", "actual_start", "remark",
	}},
	{"招商项目", []state.Class{state.ClassInvestment}, []string{
		"seq", "project_id", "project_name", "owner", "total_invest", "week_invest", "progress", "problems", "coordination_request", "coordination_units",
		"request_deadline", "next_plan", "remark",
	}},
}

// headerOf is how the oracle's department spells its columns.
var headerOf = map[string]string{
	"seq": "序号", "project_id": "项目编号", "project_name": "项目名称", "project_class": "项目类别", "total_invest": "总投资", "year_plan": "年度计划投资",
	"week_invest": "本周完成投资", "ytd_invest": "年度累计完成投资", "ytd_rate": "年度投资完成率", "cum_invest": "自开工累计完成投资", "funds_in": "到位资金",
	"progress": "形象进度", "land_need_mu": "应征地", "land_done_mu": "已征地", "demo_need": "应拆迁", "demo_done": "已拆迁", "problems": "存在问题",
	"coordination_request": "需协调解决事项", "coordination_units": "协调单位", "request_deadline": "要求完成时限", "urgency": "紧急程度", "next_plan": "下周工作计划",
	"lead_leader": "牵头领导", "visit_date": "领导到场日期", "responsible_dept": "责任单位", "phone": "联系电话", "planned_start": "计划开工时间", "planned_finish": "计划竣工时间",
	"actual_start": "实际开工时间", "actual_finish": "实际竣工时间", "remark": "备注", "owner": "建设单位", "permit_approval": "立项", "permit_approval_date": "立项受理日期", "permit_eia": "环评",
	"permit_planning": "规划许可", "permit_land": "用地手续", "permit_construction": "施工许可",
}

// summed are the columns of a total row.
var summed = map[string]bool{"total_invest": true, "year_plan": true, "week_invest": true, "ytd_invest": true, "cum_invest": true}

// works are the words a site's progress is told in; each week takes other ones.
var works = []string{
	"承台浇筑", "桩基检测", "钢筋绑扎", "模板安装", "管廊回填", "沥青摊铺", "幕墙龙骨", "消防管线", "电缆敷设", "绿化栽植", "挡墙砌筑", "箱梁架设",
}

// town draws a department's projects: two of every kind of building and one of each habit.
func town(r *rand.Rand) []thing {
	var out []thing
	add := func(class state.Class, habit string) {
		n := len(out) + 1
		plan := 10_000 + 500*r.IntN(20)
		p := thing{
			id: fmt.Sprintf("LC2026-%03d", n), name: []string{"文澜", "青禾", "白鹭", "云湾", "石渡", "望江", "枫桥", "柳荫", "松涛", "荷塘", "兰溪", "竹海", "梅岭", "菊园", "杏林"}[n-1] + "项目" + string(rune('甲'+0)) + "标段工程",
			class: class, habit: habit, plan: plan, total: 3 * plan, before: plan / 2, opening: plan * 74 / 100, words: works[n%len(works)],
		}
		switch class {
		case state.ClassPreliminary:
			p.total, p.plan, p.before, p.opening = 40*plan, 1000, 0, 740
		case state.ClassInvestment:
			p.plan, p.before, p.opening = 0, 0, 0
		case state.ClassNewStart:
			p.before = 0
		}
		if habit == unbegun {
			p.opening = 0
		}
		for range oracleWeeks + 1 {
			p.weekly = append(p.weekly, p.plan*(14+r.IntN(6))/1000)
		}
		out = append(out, p)
	}
	for range 3 {
		add(state.ClassContinuing, steadily)
	}
	for range 2 {
		add(state.ClassNewStart, steadily)
		add(state.ClassPreliminary, steadily)
	}
	add(state.ClassInvestment, steadily)
	add(state.ClassContinuing, stalls)
	add(state.ClassContinuing, stopped)
	add(state.ClassContinuing, finished)
	add(state.ClassContinuing, shifting)
	add(state.ClassInvestment, intent)
	add(state.ClassInvestment, quiet)
	add(state.ClassNewStart, unbegun)
	return out
}

// still tells whether the habit has the project stand still in a week; in the last week, the one
// under judgement, a right report has gone on.
func (p thing) still(week, since int) bool { return week >= oracleWeeks-since && week < oracleWeeks }

func (p thing) money(week int) int {
	if p.class == state.ClassInvestment || p.habit == unbegun || p.habit == stalls && p.still(week, 4) {
		return 0
	}
	return p.weekly[week]
}

func (p thing) ytd(week int) int {
	sum := p.opening
	for w := range week + 1 {
		sum += p.money(w)
	}
	return sum
}

// course is what the project reports of a week's work.
func (p thing) course(week int) string {
	word := works[(week+len(p.name))%len(works)]
	other := works[(week*5+3)%len(works)]
	switch {
	case p.habit == stalls && p.still(week, 4):
		return p.words + "工作面已移交,材料进场验收合格" // nothing new
	case p.habit == stopped && p.still(week, 2):
		return "东侧" + word + "已停工,西侧" + other + "收尾"
	case p.habit == finished && p.still(week, 3):
		return "主体及配套已完工," + word + "资料整理中"
	case p.habit == unbegun:
		return "未开工;" + word + "图纸会审,临时用地协议签订" + strconv.Itoa(3+week) + "份"
	case p.class == state.ClassInvestment && p.habit == intent && p.still(week, 3):
		return "洽谈阶段:意向协议;企业内部论证,暂以电话联系"
	case p.habit == quiet && p.still(week, 2):
		return "洽谈阶段:框架协议;企业法务复核协议文本"
	case p.habit == quiet:
		return "洽谈阶段:框架协议;本周对接" + strconv.Itoa(1+week%3) + "次,就" + word + "配套交换协议文本"
	case p.class == state.ClassInvestment:
		return "洽谈阶段:意向协议;本周对接" + strconv.Itoa(1+week%3) + "次,就" + word + "与" + other + "配套交换意见"
	case p.class == state.ClassPreliminary:
		return word + "专题论证完成;" + other + "设计文本报审" + strconv.Itoa(2+week) + "份"
	}
	return word + "完成" + strconv.Itoa(20+5*week) + "处;" + other + "推进至" + strconv.Itoa(3+week) + "区"
}

// monday is the first day of the week under judgement's ISO week, counted from the first.
func oracleWeek(week int) state.Week { return week38.Add(week) }

// truth is the row a right report of the week holds.
func (p thing) truth(week int, asOf time.Time) map[string]string {
	num := strconv.Itoa
	row := map[string]string{
		"seq": "1", "project_id": p.id, "project_name": p.name, "project_class": string(p.class), "total_invest": num(p.total), "year_plan": num(p.plan),
		"week_invest": num(p.money(week)), "ytd_invest": num(p.ytd(week)), "cum_invest": num(p.before + p.ytd(week)), "funds_in": num(p.total),
		"ytd_rate": percent(p.ytd(week), p.plan), "progress": p.course(week), "land_need_mu": "200", "land_done_mu": num(100 + 5*week), "demo_need": "60", "demo_done": num(30 + week),
		"problems": "无", "coordination_request": "无", "coordination_units": "无", "request_deadline": "—", "urgency": "一般",
		"next_plan": "组织" + works[(week+7)%len(works)] + "进场", "lead_leader": "卓拟行", "visit_date": asOf.AddDate(0, 0, -1).Format(time.DateOnly),
		"responsible_dept": "区交通局", "phone": "000-00000105", "planned_start": "2025-03-01", "planned_finish": "2027-06-30",
		"actual_start": "", "actual_finish": "", "remark": "", "owner": "澜川建设公司(虚构)",
		"permit_approval": "已办结", "permit_approval_date": "2026-03-02", "permit_eia": "已办结", "permit_planning": "未启动", "permit_land": "未启动", "permit_construction": "未启动",
	}
	if p.class == state.ClassContinuing {
		row["actual_start"] = "2025-03-12"
	}
	switch {
	case p.habit == stopped && p.still(week, 2):
		row["problems"], row["coordination_request"], row["coordination_units"] = "东侧6亩地上管线没有迁改", "请加快管线迁改", "区供电中心"
	case p.habit == stopped && week == oracleWeeks:
		row["remark"] = "地上管线10月26日迁改完成"
	case p.habit == finished && p.still(week, 3):
		row["actual_finish"] = "2026-10-01"
	case p.habit == shifting && week >= oracleWeeks-2:
		row["planned_finish"] = "2027-08-31"
	case p.habit == unbegun:
		row["planned_start"] = "2026-10-01"
		row["problems"], row["coordination_request"], row["coordination_units"] = "临时用地尚缺"+num(4+week)+"亩", "请落实临时用地", "青禾镇"
		row["ytd_rate"] = "0"
	}
	if p.class == state.ClassInvestment {
		row["week_invest"] = "0"
	}
	return row
}

// percent is part of whole with one decimal, rounded half up.
func percent(part, whole int) string {
	if whole == 0 {
		return ""
	}
	tenths := (part*2000 + whole) / (2 * whole)
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// report is one workbook as typed: the rows of each sheet, and what stands around them.
type report struct {
	week                   int
	unit, filler, reviewer string
	sheets                 [][]map[string]string // by sheet, rows
	columns                [][]string            // by sheet
	below                  string                // words below the last table
	totals                 map[string]string     // a total cell typed otherwise: "在建项目/ytd_invest"
	headers                map[string]string     // a header spelled otherwise
}

// right is the right report of a week.
func right(things []thing, week int, asOf time.Time) *report {
	b := &report{week: week, unit: "区交通局", filler: "胡拟达", reviewer: "何拟信", totals: map[string]string{}, headers: map[string]string{}}
	for _, s := range sheetsOf {
		var rows []map[string]string
		for _, p := range things {
			for _, c := range s.classes {
				if p.class == c {
					rows = append(rows, p.truth(week, asOf))
				}
			}
		}
		b.sheets = append(b.sheets, rows)
		b.columns = append(b.columns, append([]string{}, s.columns...))
	}
	return b
}

// firstRow is where a sheet's first project stands: below title, head line and header.
const firstRow = 4

// tables draws the workbook.
func (b *report) tables() []table {
	var out []table
	for i, s := range sheetsOf {
		w := oracleWeek(b.week)
		t := table{name: s.name, rows: [][]string{
			{"澜川区2026年重大项目进展周报表(第" + strconv.Itoa(w.No) + "周)"},
			{"填报单位:" + b.unit + " 填报人:" + b.filler + " 审核人:" + b.reviewer + " 单位:万元"},
			nil,
		}}
		for _, id := range b.columns[i] {
			title := headerOf[id]
			if other, ok := b.headers[s.name+"/"+id]; ok {
				title = other
			}
			t.rows[2] = append(t.rows[2], title)
		}
		for n, row := range b.sheets[i] {
			row["seq"] = strconv.Itoa(n + 1)
			var line []string
			for _, id := range b.columns[i] {
				line = append(line, row[id])
			}
			t.rows = append(t.rows, line)
		}
		t.rows = append(t.rows, b.total(i))
		if i == 0 && b.below != "" {
			t.rows = append(t.rows, []string{"", "", b.below})
		}
		out = append(out, t)
	}
	return out
}

// total adds up what is typed, as a formula would.
func (b *report) total(i int) []string {
	var line []string
	for n, id := range b.columns[i] {
		switch typed, other := b.totals[sheetsOf[i].name+"/"+id]; {
		case n == 1:
			line = append(line, "合计")
		case other:
			line = append(line, typed)
		case summed[id]:
			sum := 0.0
			for _, row := range b.sheets[i] {
				if v, err := strconv.ParseFloat(row[id], 64); err == nil {
					sum += v
				}
			}
			line = append(line, strconv.FormatFloat(sum, 'f', -1, 64))
		default:
			line = append(line, "")
		}
	}
	return line
}

// place is the cell of a project's column: sheet and "H6".
func (b *report) place(id, column string) (sheetName, cell string) {
	for i, rows := range b.sheets {
		for n, row := range rows {
			if row["project_id"] != id && row["was_id"] != id {
				continue
			}
			for c, col := range b.columns[i] {
				if col == column {
					return sheetsOf[i].name, letters(c+1) + strconv.Itoa(firstRow+n)
				}
			}
			return sheetsOf[i].name, ""
		}
	}
	return "", ""
}

// row finds a project's row.
func (b *report) row(id string) map[string]string {
	for _, rows := range b.sheets {
		for _, row := range rows {
			if row["project_id"] == id || row["was_id"] == id {
				return row
			}
		}
	}
	return nil
}

// roster is what the office's registry says of the things.
func rosterOf(things []thing, opening state.Week) *state.Roster {
	r := &state.Roster{
		Depts: []state.Dept{
			{ID: "D05", Name: "澜川区交通运输局", Short: "区交通局", Reports: true, Mail: roadsOffice},
			{ID: "D04", Name: "澜川区住房和城乡建设局", Short: "区住建局", Reports: true, Mail: "zjj@lanchuan.example"},
		},
		Leaders: []state.Leader{{ID: "L1", Name: "卓拟行"}},
	}
	day := func(s string) time.Time {
		t, _ := time.Parse(time.DateOnly, s) // fixed texts
		return t
	}
	for _, p := range things {
		q := state.Project{
			ID: p.id, Name: p.name, Class: p.class, Dept: "D05", Total: state.Fen(p.total) * state.Wan, YearPlan: state.Fen(p.plan) * state.Wan,
			CumBefore: state.Fen(p.before) * state.Wan, OpeningYTD: state.Fen(p.opening) * state.Wan, OpeningWeek: opening,
			PlanStart: "2025-03", PlanEnd: "2027-12", LeadLeader: "L1",
			Milestones: []state.Milestone{{Seq: 1, Name: "开工", Plan: day("2025-03-01"), Actual: day("2025-03-12")}},
		}
		switch {
		case p.habit == unbegun:
			q.PlanStart, q.Milestones = "2026-09", []state.Milestone{{Seq: 1, Name: "开工", Plan: day("2026-09-01")}}
		case p.class == state.ClassPreliminary:
			q.Milestones = []state.Milestone{{Seq: 1, Name: "可研批复", Plan: day("2026-12-20")}}
		}
		r.Projects = append(r.Projects, q)
	}
	r.Projects = append(r.Projects,
		state.Project{ID: "LC2026-901", Name: "东门立交桥改造", Class: state.ClassContinuing, Dept: "D04"},
		state.Project{ID: "LC2026-902", Name: "河滨绿道二期", Class: state.ClassContinuing, Dept: "D04", Collab: []string{"D05"}},
		state.Project{ID: "LC2026-903", Name: "旧城停车楼", Class: state.ClassContinuing, Dept: "D05", ActiveTo: day("2026-09-01")},
	)
	return r
}

// plainly is a text for a failure.
func plainly(b *report) string {
	var out strings.Builder
	for _, t := range b.tables() {
		for n, row := range t.rows {
			fmt.Fprintf(&out, "%s %d: %s\n", t.name, n+1, strings.Join(row, " | "))
		}
	}
	return out.String()
}
