// Asks before what cannot be undone. What can be undone is done, with a toast to undo it.
import { ElMessageBox } from "element-plus";
import "element-plus/es/components/message-box/style/css";

/** True when the person agreed. `yes` names the deed ("删除"), not "OK". */
export async function ask(title: string, text: string, yes: string, no: string, danger = false): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, title, { confirmButtonText: yes, cancelButtonText: no, confirmButtonClass: danger ? "el-button--danger" : "", autofocus: false });
    return true;
  } catch {
    return false;
  }
}
