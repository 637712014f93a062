// The words of the sign-in page and of one's own profile.
export default {
  "zh-CN": {
    title: "登录", motto: "网店客服台", login: "账号", password: "密码", show: "显示", hide: "隐藏", caps: "大写锁定已打开", enter: "登录", forgot: "忘记密码？请主管在“团队”里重置",
    second: "{login} 开启了两步验证", code: "动态验证码", codeHint: "打开手机上的验证器应用，输入 6 位数字", recovery: "恢复码", recoveryHint: "设置两步验证时保存的恢复码，每个只能用一次", useRecovery: "改用恢复码", useCode: "改用验证码", verify: "验证并登录", back: "返回",
    throttled: "尝试太多次，请 {retry_s} 秒后再试", copied: "已复制",
    problem: { code_wrong: "验证码不对或已用过，请输入最新的一个", wrong_password: "现在的密码不对", password_length: "至少 {min} 位", password_weak: "太容易猜：不要包含账号，也不要只用几个相同的字符", throttled: "尝试太多次，请 {retry_s} 秒后再试", already_done: "已经开启过，请刷新页面" },
    profile: {
      title: "个人资料", names: "资料", name: "姓名（同事看到的）", nick: "昵称（买家看到的）", number: "工号", roles: "角色", saved: "已保存", habits: "使用习惯", sendKey: "发送键", sendEnter: "Enter 发送，Shift + Enter 换行", sendCtrl: "Ctrl + Enter 发送，Enter 换行",
      password: "密码", old: "现在的密码", new: "新密码", again: "再输一遍新密码", rules: "至少 10 位", differs: "两次输入不一样", changePassword: "修改密码", passwordDone: "密码已修改，其他设备已退出登录", second: "两步验证", devices: "登录设备",
    },
    totp: {
      on: "已开启", off: "未开启", hint: "登录时除了密码，还要输入手机验证器上的 6 位数字，密码泄露也进不来。", begin: "开启两步验证", end: "关闭两步验证", endHint: "关闭后登录只需要密码。请输入密码确认。", endDo: "关闭", ended: "两步验证已关闭",
      step1: "在手机上打开验证器应用", apps: "任何支持 TOTP 的应用都可以，例如各手机系统自带的密码管理器、微软或谷歌的身份验证器。", step2: "添加账号，选“手动输入密钥”", secret: "密钥", copySecret: "复制密钥", copyUri: "复制链接", open: "在本机的验证器里打开", step3: "输入应用里显示的 6 位数字", turnOn: "开启",
      done: "两步验证已开启", recoveryHint: "手机丢失时，可用下面的恢复码登录，每个用一次。它们只显示这一次，请保存在安全的地方。", copyAll: "全部复制", download: "下载", kept: "我已保存好恢复码", finish: "完成", fileTitle: "小二 两步验证恢复码（每个只能用一次）",
    },
    devices: { current: "本机", unknown: "未知设备", since: "登录于", seen: "最近活动", end: "退出", endHint: "那台设备会立即回到登录页，没有发出的内容可能丢失。", endTitle: "让 {device} 退出登录？", endAll: "退出其他所有设备", endAllTitle: "让其他 {n} 台设备退出登录？", ended: "已退出" },
  },
  en: {
    title: "Sign in", motto: "The service desk of your shop", login: "Login", password: "Password", show: "Show", hide: "Hide", caps: "Caps Lock is on", enter: "Sign in", forgot: "Forgot it? A supervisor can reset it under Team",
    second: "{login} has a second factor", code: "Authenticator code", codeHint: "Open the authenticator app on your phone and enter the six digits", recovery: "Recovery code", recoveryHint: "One of the codes you kept when you set it up; each works once", useRecovery: "Use a recovery code", useCode: "Use the app's code", verify: "Verify and sign in", back: "Back",
    throttled: "Too many attempts. Try again in {retry_s} s", copied: "Copied",
    problem: { code_wrong: "The code is wrong or was used already. Enter the newest one", wrong_password: "This is not your present password", password_length: "At least {min} characters", password_weak: "Too easy to guess: leave out the login, and use more than a few different characters", throttled: "Too many attempts. Try again in {retry_s} s", already_done: "It is on already. Reload the page" },
    profile: {
      title: "Profile", names: "Names", name: "Name (for colleagues)", nick: "Nick (for buyers)", number: "Staff number", roles: "Roles", saved: "Saved", habits: "Habits", sendKey: "Send with", sendEnter: "Enter sends, Shift + Enter begins a new line", sendCtrl: "Ctrl + Enter sends, Enter begins a new line",
      password: "Password", old: "Present password", new: "New password", again: "New password again", rules: "At least 10 characters", differs: "The two are not the same", changePassword: "Change password", passwordDone: "Password changed; other devices are signed out", second: "Second factor", devices: "Signed-in devices",
    },
    totp: {
      on: "On", off: "Off", hint: "Besides the password, signing in asks for six digits from your phone: a leaked password alone opens nothing.", begin: "Turn on the second factor", end: "Turn off the second factor", endHint: "After this the password alone signs you in. Confirm with your password.", endDo: "Turn off", ended: "The second factor is off",
      step1: "Open an authenticator app on your phone", apps: "Any TOTP app will do: your phone's own password manager, Microsoft or Google Authenticator.", step2: "Add an account and choose to enter a key by hand", secret: "Secret", copySecret: "Copy secret", copyUri: "Copy link", open: "Open in the authenticator of this device", step3: "Enter the six digits the app shows", turnOn: "Turn on",
      done: "The second factor is on", recoveryHint: "If you lose the phone, each of these codes signs you in once. They are shown only now: keep them somewhere safe.", copyAll: "Copy all", download: "Download", kept: "I have kept the recovery codes", finish: "Done", fileTitle: "Xiaoer recovery codes (each works once)",
    },
    devices: { current: "this device", unknown: "Unknown device", since: "signed in", seen: "last active", end: "Sign out", endHint: "That device returns to the sign-in page at once; what was not sent may be lost.", endTitle: "Sign out {device}?", endAll: "Sign out all other devices", endAllTitle: "Sign out {n} other devices?", ended: "Signed out" },
  },
};
