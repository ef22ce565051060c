package cases

import "duban/state"

// projects are the rules about which project a row is.
func projects() []Case {
	return []Case{
		plain("project-unknown", unlisted, func(r *Report) { r.Sheets[0].Rows = r.Sheets[0].Rows[1:] }).also("project-new"),
		plain("project-new", unlisted),
		named("project-unknown", "名称相近", set(Plant, "project_id", ""), set(Plant, "project_name", "第二水厂扩容工程")),
		named("project-unknown", "编号写错", set(Plant, "project_id", "LC2026-902")),
		plain("project-conflict", set(Plant, "project_name", "青禾镇农产品交易市场")),
		plain("not-your-project", func(r *Report) { r.extra(foreign, "城南停车楼", map[string]string{"ytd_invest": "600"}) }),
		plain("handed-over", func(r *Report) {
			r.extra(foreign, "城南停车楼", map[string]string{"ytd_invest": "600"})
			r.Registry = func(roster *state.Roster) {
				roster.Amend([]state.Change{{Project: foreign, Field: state.ChangeDept, Old: "D05", New: "D04", From: state.Week{Year: 2026, No: 30}}})
			}
		}),
		plain("name-differs", set(Plant, "project_name", "第二自来水厂二期")),
		plain("name-alias", set(Road, "project_name", "滨河路")),
		plain("name-normalized", set(Road, "project_name", "滨河路 改造工程")),
		plain("duplicate-project", func(r *Report) {
			s := r.building()
			again := *r.Row(Plant)
			s.Rows = append(s.Rows, &again)
		}),
		plain("project-missing", func(r *Report) {
			r.Sheets = r.Sheets[:2]
			r.Received = r.Received.AddDate(0, 0, 2)
		}).also("late"),
		plain("registry-field-changed", set(Road, "total_invest", "25000")),
		named("registry-field-changed", "年度计划", set(Market, "year_plan", "500")),
		plain("class-changed", set(Plant, "project_class", "续建")),
		plain("project-closed", func(r *Report) {
			r.extra(ended, "老港区仓库改造", map[string]string{
				"total_invest": "3000", "year_plan": "500", "last_ytd": "", "week_invest": "0", "ytd_invest": "500", "ytd_rate": "100", "cum_invest": "3000",
				"progress": "已于8月完工并交付使用", "problems": "无", "coordination_request": "无", "next_plan": "办理竣工备案",
			})
		}),
		plain("leader-differs", set(Road, "lead_leader", "水拟清")),
	}
}

// rows are the rules within one row.
func rows() []Case {
	return []Case{
		plain("unit-suspect", set(Road, "ytd_invest", "0.442")),
		named("unit-suspect", "总投资", set(Park, "total_invest", "5")),
		plain("rate-mismatch", set(Road, "ytd_rate", "46.2")),
		plain("week-over-ytd", set(Market, "week_invest", "200"), first).also("week-large"),
		plain("ytd-over-cum", set(Plant, "cum_invest", "900"), first),
		plain("over-plan", set(Market, "week_invest", "170"), set(Market, "ytd_invest", "320")).also("week-large"),
		plain("week-over-plan", set(Market, "week_invest", "310"), set(Market, "ytd_invest", "460")).also("over-plan"),
		plain("week-large", set(Market, "week_invest", "90"), set(Market, "ytd_invest", "240")),
		plain("plan-over-total", registry(Road, func(p *state.Project) { p.YearPlan = 30000 * state.Wan }), set(Road, "year_plan", "30000"), set(Road, "ytd_rate", "14.7")),
		plain("total-zero", registry(Road, func(p *state.Project) { p.Total = 0 }), set(Road, "total_invest", "0")),
		plain("cum-over-total", registry(Road, func(p *state.Project) { p.Total = 11000 * state.Wan }), set(Road, "total_invest", "11000")),
		plain("cum-above-total", registry(Road, func(p *state.Project) { p.Total = 12500 * state.Wan }), set(Road, "total_invest", "12500")),
		plain("land-over-due", set(Road, "land_done_mu", "310")),
		plain("demo-over-due", set(Road, "demo_done", "85")),
		plain("finish-before-start", func(r *Report) {
			s := r.building()
			s.add("remark", "planned_start", "计划开工时间", "2024-03-01", "2026-05-01")
			s.add("planned_start", "planned_finish", "计划竣工时间", "2023-12-31", "2027-12-31")
		}),
		plain("urgent-without-problem", func(r *Report) { r.building().add("remark", "urgency", "紧急程度", "一般", "紧急") }),
		plain("request-without-unit", set(Road, "coordination_units", "无"), set(Road, "coordination_request", "请尽快完成剩余户签约")),
		plain("problem-without-request", set(Road, "problems", "施工班组人手不足,北段进度放缓"), set(Road, "coordination_request", "无"), set(Road, "coordination_units", "无"), set(Road, "request_deadline", "—")),
		plain("stopped-without-reason", set(Plant, "progress", "清水池底板已浇筑完成,主体全面停工")),
	}
}

// first is a report before any was accepted.
func first(r *Report) { r.First = true }

// registry says that the registry knows a project otherwise.
func registry(project string, change func(*state.Project)) edit {
	return func(r *Report) { r.Registry = func(known *state.Roster) { change(known.Project(project)) } }
}

// weeks are the rules against the weeks before.
func weeks() []Case {
	return []Case{
		plain("arith-ytd-mismatch", set(Road, "ytd_invest", "4540")).also("rate-mismatch"),
		named("arith-ytd-mismatch", "备注写明核减", set(Road, "ytd_invest", "4150"), set(Road, "ytd_rate", "39.5"), set(Road, "cum_invest", "12750"), set(Road, "remark", "审计核减270万元")).also("ytd-decreased"),
		told("version-decreased", "4400"),
		plain("ytd-decreased", set(Road, "ytd_invest", "4150"), set(Road, "week_invest", "约120"), set(Road, "ytd_rate", "39.5"), set(Road, "cum_invest", "12750")).also("not-a-number"),
		plain("cum-mismatch", set(Road, "cum_invest", "13200")),
		plain("cum-decreased", registry(Road, func(p *state.Project) { p.CumBefore = 8000 * state.Wan }),
			set(Road, "week_invest", "-150"), set(Road, "ytd_invest", "4150"), set(Road, "ytd_rate", "39.5"), set(Road, "cum_invest", "12750")).also("negative-amount"),
		plain("gap-prev-missing", func(r *Report) { r.Gap = true }),
		plain("land-decreased", set(Road, "land_done_mu", "165")),
		plain("demo-decreased", set(Road, "demo_done", "38")),
		plain("permit-turned-back", set(Road, "permit_eia", "办理中")),
		plain("text-same-as-last-week", set(Road, "progress", lastWeek[Road]["progress"])),
		plain("text-same-but-numbers", set(Road, "progress", "路基土方填筑完成86%,跨沟桥桩基全部完成")),
		plain("progress-repeats-plan", before(Road, "next_plan", "南段路基填筑至85%,桥台开始浇筑"), set(Road, "progress", "南段路基填筑至85%,桥台开始浇筑")),
		plain("issue-vanished", set(Road, "problems", "无"), set(Road, "coordination_request", "无"), set(Road, "coordination_units", "无"), set(Road, "request_deadline", "—")).also("red-without-problem"),
		plain("stage-backwards", set(Park, "progress", "正在商谈意向协议,企业9月16日来区看地")),
		plain("late-start", idle, set(Plant, "progress", "施工招标公告已发布,9月28日开标"), func(r *Report) { r.Before = idle }),
	}
}

// idle is a project on which nothing was spent yet.
func idle(r *Report) {
	for _, id := range []string{"week_invest", "ytd_invest", "ytd_rate", "cum_invest", "last_ytd"} {
		set(Plant, id, "0")(r)
	}
}

// unlisted adds a row of a project the registry does not hold.
func unlisted(r *Report) {
	r.extra("", "滨江绿道一期", map[string]string{"project_id": "", "project_class": "续建", "last_ytd": "", "week_invest": "10", "ytd_invest": "10", "ytd_rate": "", "cum_invest": "10"})
}
