package logs

import "testing"

func TestValidated(t *testing.T) {
	tests := []struct{ name, log, want string }{
		{"place below", "ValidationError: 2 validation errors for Settings\napi_key\n  Field required [type=missing]", "api_key"},
		{"what is wrong decides", "ValidationError: 1 validation error for Config\nport\n" +
			"  Input should be a valid integer, unable to parse string as an integer " +
			"[type=int_parsing, input_value='tcp://10.0.0.1:80', input_type=str]", "port"},
		{"no place", "ValidationError: 1 validation error for Settings\n  Value error, odd [type=value_error]", ""},
		{"other text", "ValidationError: 1 validation error for Settings\nrestarting\nsoon", ""},
		{"jsonschema", "jsonschema.exceptions.ValidationError: '3' is not of type 'integer'\n\n" +
			"Failed validating 'type' in schema['properties']['retries']:\n    {'type': 'integer'}\n\nOn instance['retries']:\n    '3'", "retries"},
		{"end of the log", "ValidationError: 1 validation error for Settings", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Analyze(tt.log).Cause
			if got == nil || got.Operand.Text != tt.want {
				t.Errorf("the cause is %+v, want the operand %q", got, tt.want)
			}
		})
	}
}

// An issue of zod about an environment variable decides; one about other input does not.
func TestZodReport(t *testing.T) {
	report := func(path, message string) string {
		return "Error [ZodError]: [\n  {\n    \"code\": \"invalid_type\",\n    \"path\": [\n      \"" + path + "\"\n    ],\n    \"message\": \"" +
			message + "\"\n  }\n]"
	}
	tests := []struct {
		name, log, want string
		kind            Kind
		strength        Strength
	}{
		{"bad value", report("DB_POOL_SIZE", "Invalid input: expected number, received NaN"), "DB_POOL_SIZE", ConfigValue, Decides},
		{"zod 3, missing", report("SESSION_SECRET", "Required"), "SESSION_SECRET", SettingMissing, Decides},
		{
			"zod 4, missing", report("SESSION_SECRET", "Invalid input: expected string, received undefined"),
			"SESSION_SECRET", SettingMissing, Decides,
		},
		{"a request", report("items", "Required"), "", ConfigValue, Supports},
		{"end of the log", "ZodError: [", "", ConfigValue, Supports},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Analyze(tt.log).Cause
			if got == nil || got.Operand.Text != tt.want || got.Kind != tt.kind || got.Strength != tt.strength {
				t.Errorf("the cause is %+v, want the operand %q, %s, %v", got, tt.want, tt.kind, tt.strength)
			}
		})
	}
}
