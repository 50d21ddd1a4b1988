package logs

import "testing"

func TestSpelled(t *testing.T) {
	const ports = `ports [80,81,82,83,84,85,86,87,88,89,90,91,92]`
	const ids = `ids [1,2,3,4,5,6,7,8,9,10,11,12,13,14]`
	const slots = `slots [48,49,32,50,51,32,52,53,32,54,55,32,56]`
	const times = `times [120,110,999,101,32,102,105,108,101,32,47,120,105]`
	const short = `weights [67,111,111,107,105,101,32,102]`
	tests := []struct{ line, want string }{
		{`auth,{[67,111,111,107,105,101,32,102,105,108,101,32,47,120|directory],x}`, `auth,{"Cookie file /x"|directory],x}`},
		{`message=><<65,110,32,101,114,114,111,114,32,111,99,99,117,114,114,101,100,10>>},[]`, `message=>"An error occurred"},[]`},
		{ports, ports},
		{ids, ids},
		{slots, slots},
		{times, times},
		{short, short},
	}
	for _, tt := range tests {
		if got := spelled(tt.line); got != tt.want {
			t.Errorf("spelled(%q) = %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestSpelledLineIsRead(t *testing.T) {
	const cookie = `67,111,111,107,105,101,32,102,105,108,101,32,47,118,97,114,47,108,105,98,47,114,97,98,98,105,116,109,113,` +
		`47,46,101,114,108,97,110,103,46,99,111,111,107,105,101,32,105,115,32,111,102,32,116,121,112,101,32`
	got := Analyze(`error:{badmatch,{error,{{shutdown,{failed_to_start_child,auth,{[` + cookie + `|directory],[]}}}}}`).Cause
	if got == nil || got.Kind != FileBad || got.Operand.Text != "/var/lib/rabbitmq/.erlang.cookie" {
		t.Errorf("the cause is %+v", got)
	}
}
