package configs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

var (
	departmentColumns = columns{
		must: []string{"dept_id", "name", "short_name", "reports_weekly", "email"},
		may:  []string{"kind", "aliases", "deputy_lead", "contact", "phone", "email_backup", "head_email", "valid_from", "valid_to", "successor", "project_count"},
	}
	leaderColumns    = columns{must: []string{"leader_id", "title", "name"}, may: []string{"field", "email", "project_count"}}
	recipientColumns = columns{must: []string{"recipient_id", "body", "address"}, may: []string{"mode", "note"}}
	unitColumns      = columns{must: []string{"unit_id", "name"}, may: []string{"matter"}}
)

// census is a roster being read, with what later tables are held against.
type census struct {
	*loader
	zone   *time.Location
	roster *state.Roster
	whole  bool             // departments and leaders were read, so that a reference to them can be judged
	at     map[string]place // where each department stands
}

// roster reads the registry. Departments and projects are needed; the rest may be left out.
func (l *loader) roster(raw rawRegistry, zone *time.Location) *state.Roster {
	c := &census{loader: l, zone: zone, roster: &state.Roster{}, at: map[string]place{}}
	before := len(l.faults)
	if !raw.Departments.Set {
		l.lacks(raw.At, "registry.departments", "写 departments: registry/departments.csv。", "没有写部门名册。")
	} else if t := l.open(raw.Departments, departmentColumns); t != nil {
		c.departments(t)
	}
	if t := l.optional(raw.Leaders, leaderColumns); t != nil {
		c.leaders(t)
	}
	if t := l.optional(raw.Recipients, recipientColumns); t != nil {
		c.recipients(t)
	}
	if t := l.optional(raw.Units, unitColumns); t != nil {
		c.units(t)
	}
	c.whole = len(l.faults) == before
	if !raw.Projects.Set {
		l.lacks(raw.At, "registry.projects", "写 projects: registry/projects.csv。", "没有写项目名册。")
	} else if t := l.open(raw.Projects, projectColumns); t != nil {
		c.projects(t)
		if t := l.optional(raw.Milestones, milestoneColumns); t != nil {
			c.milestones(t)
		}
		if t := l.optional(raw.PlanCurve, curveColumns()); t != nil {
			c.curves(t)
		}
		c.idle()
	}
	return c.roster
}

func (l *loader) optional(w word, cols columns) *table {
	if w.Text == "" {
		return nil
	}
	return l.open(w, cols)
}

// ids notes every identifier once and refuses a second use.
type ids map[string]int

// fresh reads an identifier; "" when it is missing or taken.
func (l *loader) fresh(seen ids, w word) string {
	if w.Text == "" {
		l.wrong(w.At, "补上编号。", "这一行没有编号。")
		return ""
	}
	if line, taken := seen[w.Text]; taken {
		l.wrong(w.At, "换一个编号,或删去重复的一行。", "编号“%s”与第%d行重复。", w.Text, line)
		return ""
	}
	seen[w.Text] = w.At.Line
	return w.Text
}

func (l *loader) needed(w word) string {
	if w.Text == "" {
		l.wrong(w.At, "补上这一格。", "“%s”是空的。", chineseNames[w.At.Where])
	}
	return w.Text
}

func (c *census) departments(t *table) {
	seen, named := ids{}, map[string]string{}
	for _, r := range t.rows {
		d := state.Dept{
			ID: c.fresh(seen, r.get("dept_id")), Name: c.needed(r.get("name")), Short: c.needed(r.get("short_name")),
			Kind: r.get("kind").Text, Reports: yes(&c.inbox, r.get("reports_weekly")), Aliases: texts(r.list("aliases")),
			Head: r.get("deputy_lead").Text, Contact: r.get("contact").Text, Phone: r.get("phone").Text,
			Mail: c.address(r.get("email")), MailBackup: c.address(r.get("email_backup")), HeadMail: c.address(r.get("head_email")),
			From: c.day(r.get("valid_from")), To: c.day(r.get("valid_to")),
		}
		if d.HeadMail == "" {
			d.HeadMail = d.MailBackup
		}
		if d.Reports && !r.get("email").Set {
			c.wrong(r.get("email").At, "补上联络员的邮箱;不用报送的部门,reports_weekly 写 0。", "%s要报周报,却没有邮箱,收不到催报和补正。", d.Short)
		}
		for _, name := range append([]string{d.Name, d.Short}, d.Aliases...) {
			if other, taken := named[name]; taken && other != d.ID && name != "" {
				c.warn(r.get("aliases").At, "只留给一个部门。", "“%s”同时是%s和%s的名称。", name, other, d.ID)
			}
			named[name] = d.ID
		}
		c.at[d.ID] = r.get("reports_weekly").At
		c.roster.Depts = append(c.roster.Depts, d)
	}
	c.successors(t)
	if len(t.rows) == 0 {
		c.wrong(place{File: t.file}, "每个部门写一行。", "名册里没有部门。")
	}
}

// successors reads who goes on for a department that ends: any row may name any other.
func (c *census) successors(t *table) {
	for i, r := range t.rows {
		w := r.get("successor")
		if !w.Set {
			continue
		}
		d := &c.roster.Depts[i]
		heir := c.roster.FindDept(w.Text)
		switch {
		case heir == nil:
			c.wrong(w.At, "写继任单位的部门编号,那个单位在名册里要另有一行。", "部门名册里没有“%s”。", w.Text)
			continue
		case heir.ID == d.ID:
			c.wrong(w.At, "写接手的单位。", "%s的继任单位写成了自己。", d.Short)
			continue
		case d.To.IsZero():
			c.wrong(w.At, "在“停用日期”写继任单位接手的那一天。", "%s写了继任单位,没有写停用日期。", d.Short)
		}
		d.Successor = heir.ID
	}
}

func (c *census) leaders(t *table) {
	seen := ids{}
	for _, r := range t.rows {
		c.roster.Leaders = append(c.roster.Leaders, state.Leader{
			ID: c.fresh(seen, r.get("leader_id")), Title: r.get("title").Text, Name: c.needed(r.get("name")),
			Field: r.get("field").Text, Mail: c.address(r.get("email")),
		})
	}
}

func (c *census) recipients(t *table) {
	seen := ids{}
	for _, r := range t.rows {
		mode := r.get("mode")
		if mode.Set && mode.Text != "to" && mode.Text != "cc" {
			c.wrong(mode.At, "写 to(主送)或 cc(抄送)。", "不认识的方式“%s”。", mode.Text)
		}
		c.needed(r.get("address"))
		c.roster.Recipients = append(c.roster.Recipients, state.Recipient{
			ID: c.fresh(seen, r.get("recipient_id")), Body: r.get("body").Text, Mail: c.address(r.get("address")),
			Copy: mode.Text == "cc", Note: r.get("note").Text,
		})
	}
}

func (c *census) units(t *table) {
	seen := ids{}
	for _, r := range t.rows {
		c.roster.Units = append(c.roster.Units, state.Unit{ID: c.fresh(seen, r.get("unit_id")), Name: c.needed(r.get("name")), Matter: r.get("matter").Text})
	}
}

// day reads a date of the registry; absent gives the zero time.
func (c *census) day(w word) time.Time {
	if w.Text == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, strings.ReplaceAll(w.Text, "/", "-"), c.zone)
	if err != nil {
		if t, err = time.ParseInLocation("2006/1/2", w.Text, c.zone); err == nil { // as Excel rewrites dates on saving
			return t
		}
		c.wrong(w.At, "写成 2026-09-30。", "“%s”不是日期。", w.Text)
	}
	return t
}

// unreachable warns of a lead leader whom no list of missing departments can reach.
func (l *loader) unreachable(r *state.Roster, raw rawRegistry) {
	for _, x := range r.Leaders {
		leads := slices.ContainsFunc(r.Projects, func(p state.Project) bool { return p.LeadLeader == x.ID })
		if leads && x.Mail == "" {
			l.warn(raw.At.sub("registry.leaders"), "在 leaders.csv 写他的邮箱;不想报告他的不用管。", "%s%s没有邮箱:他牵头的项目没有报齐时,不会请示办公室报告他。", x.Title, x.Name)
		}
	}
}

// readers warns when the leaders' letter would have nobody to go to.
func (l *loader) readers(r *state.Roster, raw rawRegistry) {
	if len(l.faults) > 0 {
		return
	}
	for _, x := range r.Leaders {
		if x.Mail != "" {
			return
		}
	}
	for _, x := range r.Recipients {
		if !x.Copy {
			return
		}
	}
	l.warn(raw.At.sub("registry.recipients"), "在 leaders.csv 写领导的邮箱,或在 recipients.csv 写主送单位。", "每周的汇总没有主送对象。")
}

// ordinal reads a small whole number; absent gives 0.
func (l *loader) ordinal(w word) int {
	if w.Text == "" {
		return 0
	}
	n, err := strconv.Atoi(w.Text)
	if err != nil || n < 0 {
		l.wrong(w.At, "写 1、2、3。", "“%s”不是序号。", w.Text)
	}
	return n
}
