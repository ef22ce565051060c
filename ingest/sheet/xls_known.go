package sheet

import "encoding/binary"

// knownRecords are the record numbers of BIFF8 and BIFF5, as ranges ([MS-XLS] 2.3; the last two are the later additions and the
// charts). A number outside them means that the chain of records was lost and what follows is noise.
var knownRecords = [...][2]int{
	{0x0006, 0x0006},
	{0x000A, 0x001F},
	{0x0022, 0x0023},
	{0x0026, 0x002B},
	{0x002F, 0x002F},
	{0x0031, 0x0033},
	{0x003C, 0x003D},
	{0x0040, 0x0042},
	{0x004D, 0x004D},
	{0x0050, 0x0052},
	{0x0055, 0x0056},
	{0x0059, 0x0063},
	{0x007D, 0x0086},
	{0x0089, 0x008D},
	{0x0090, 0x0092},
	{0x0097, 0x00A1},
	{0x00A9, 0x00B9},
	{0x00BD, 0x00D7},
	{0x00DA, 0x00F9},
	{0x00FB, 0x0103},
	{0x0122, 0x0122},
	{0x0131, 0x0163},
	{0x0191, 0x0198},
	{0x01A9, 0x01C3},
	{0x0200, 0x020B},
	{0x0221, 0x0225},
	{0x0231, 0x0236},
	{0x023E, 0x023E},
	{0x027E, 0x027E},
	{0x0293, 0x0293},
	{0x0418, 0x041E},
	{0x043C, 0x043C},
	{0x04BC, 0x04BC},
	{0x0800, 0x08FF},
	{0x1000, 0x10FF},
}

func knownRecord(id int) bool {
	for _, r := range knownRecords {
		if id <= r[1] {
			return id >= r[0]
		}
	}
	return false
}

// Marks in the allocation tables of an OLE container ([MS-CFB] 2.1).
const (
	lastRegular = 0xFFFFFFFA // sector numbers end here
	cfbHeader   = 512        // bytes before the first sector, of a file with small sectors
)

// checkChains proves that the sectors of an OLE container chain up one way only: no sector follows two others. A changed link
// would otherwise splice a workbook out of two places without a trace. The header was already read by mscfb.
func checkChains(data []byte) error {
	size := 1 << min(int(binary.LittleEndian.Uint16(data[30:])), 12)
	c := chains{data: data, size: size}
	fat := c.table()
	if !linear(fat) {
		return refuse(ReasonDamaged, "container: sectors follow two others")
	}
	var mini []uint32
	at := binary.LittleEndian.Uint32(data[60:])
	for n := 0; at < lastRegular && int(at) < len(fat) && n <= len(fat); n++ {
		mini = append(mini, c.sector(at)...)
		at = fat[at]
	}
	if !linear(mini) {
		return refuse(ReasonDamaged, "container: small sectors follow two others")
	}
	return nil
}

// chains reads the allocation tables.
type chains struct {
	data []byte
	size int
}

// sector is one sector as numbers; nil beyond the end.
func (c chains) sector(n uint32) []uint32 {
	at := (int64(n) + 1) * int64(c.size)
	if n >= lastRegular || at+int64(c.size) > int64(len(c.data)) {
		return nil
	}
	list := make([]uint32, c.size/4)
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(c.data[at+int64(i)*4:])
	}
	return list
}

// table is the table of all sectors, in the order the header and its continuation list its parts.
func (c chains) table() []uint32 {
	var parts []uint32
	for at := 76; at+4 <= cfbHeader; at += 4 {
		parts = append(parts, binary.LittleEndian.Uint32(c.data[at:]))
	}
	next := binary.LittleEndian.Uint32(c.data[68:])
	for n := 0; next < lastRegular && n <= len(c.data)/c.size; n++ {
		list := c.sector(next)
		if list == nil {
			break
		}
		parts = append(parts, list[:len(list)-1]...)
		next = list[len(list)-1]
	}
	var fat []uint32
	for _, p := range parts {
		if len(fat) > len(c.data)/4 {
			break
		}
		fat = append(fat, c.sector(p)...)
	}
	return fat
}

// linear tells whether no entry is named by two others.
func linear(table []uint32) bool {
	named := make([]bool, len(table))
	for i, next := range table {
		if next >= lastRegular {
			continue
		}
		if int(next) >= len(table) || int(next) == i || named[next] {
			return false
		}
		named[next] = true
	}
	return true
}
