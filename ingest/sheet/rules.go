package sheet

// The rules a reading can break, as doubts and findings name them (error_codes of the glossary in kebab-case where one
// fits). Their sentences stand with the other rules.
const (
	ruleNotNumber    = "not-a-number"        // an amount, number or percentage that is no certain figure
	ruleNotDate      = "not-a-date"          // a date that does not exist or is not certain
	ruleDeadline     = "deadline-not-a-date" // the same in the column of deadlines of requests
	ruleNotStated    = "amount-not-stated"   // a dash or 无 where an amount belongs: nought and not known look the same
	ruleErrorValue   = "error-value"         // #REF! and its like
	ruleNoResult     = "formula-no-result"   // a formula never calculated
	ruleStale        = "formula-stale"       // a formula whose stored result is not what it gives
	ruleBecameDate   = "became-date"         // the program made a date of words or of a running number
	ruleStruck       = "struck-through"      // part of the cell is struck through
	ruleJoint        = "merged-value"        // one figure merged over several projects
	ruleUnclear      = "value-unclear"       // a number in another unit than the form's
	ruleTooLong      = "text-too-long"       // longer than any program stores
	ruleNote         = "cell-note"           // a comment on a cell, perhaps with another figure
	ruleDuplicate    = "duplicate-column"    // two columns of the same name with different contents
	ruleAmbiguous    = "ambiguous-header"    // the header can mean two columns
	ruleHiddenSheet  = "hidden-sheet"        // a table on a hidden sheet, not counted
	ruleHiddenColumn = "hidden-column"       // a hidden column beside a visible one of the same name, with other contents
	ruleExample      = "example-row"         // the form's example left in
	ruleStray        = "stray-text"          // words below the table that belong to no project
	rulePeriod       = "period-conflict"     // the sheet names two different weeks
	ruleOtherForm    = "form-other-week"     // the form was sent out for another week than the sheet names
	ruleNilReturn    = "nil-return"          // the sheet says that nothing changed
)

// What was tidied on reading, as the notes of a value name it.
const (
	noteFullwidth     = "fullwidth-digits"      // digits typed full width
	noteTextNumber    = "number-as-text"        // a figure stored as text
	noteUnit          = "unit-in-cell"          // a unit in the cell, converted
	noteFraction      = "percent-as-fraction"   // 0.624 read as 62.4
	noteVagueDate     = "vague-date"            // a month without a day, given as "2026-11", or 月底 read as its last day
	noteYear          = "year-from-period"      // a day without a year, the year taken from the report's week
	noteUnknownChoice = "not-a-choice"          // a word the form does not list
	noteExternal      = "formula-external"      // the figure is a stored result from another workbook
	noteSplit         = "one-column-holds-both" // problems and requests in one column
)
